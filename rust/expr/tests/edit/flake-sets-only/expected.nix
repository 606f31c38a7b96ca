{
  inputs = {
    nixpkgs = {
      url = "github:nixos/nixpkgs";
    };
    crane = {
      url = "github:ipetkov/crane";
    };
  };

  outputs = { ... }: { };
}

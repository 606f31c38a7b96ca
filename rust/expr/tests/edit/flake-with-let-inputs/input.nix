{
  inputs =
    let
      base = "github:example";
    in
    {
      nixpkgs.url = "github:nixos/nixpkgs";
    };
  outputs = { self, nixpkgs }: { };
}

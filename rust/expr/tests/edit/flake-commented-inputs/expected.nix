{
  inputs = {
    # nixpkgs comes from the registry

    crane.url = "github:ipetkov/crane";
  };

  outputs = { self, nixpkgs, ... }: { };
}

{
  inputs = {
    # nixpkgs comes from the registry
  };

  outputs = { self, nixpkgs, ... }: { };
}

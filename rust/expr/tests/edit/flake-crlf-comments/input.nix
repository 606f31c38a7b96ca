{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs"; # the packages
  };
  outputs = { self, nixpkgs }: { };
}

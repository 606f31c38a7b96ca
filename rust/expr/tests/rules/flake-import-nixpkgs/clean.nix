#@ path: flake.nix
{
  outputs = { self, nixpkgs, other }: {
    a = system: import nixpkgs { inherit system; config.allowUnfree = true; };
    b = system: import nixpkgs { inherit system; overlays = [ ]; };
    c = import ./lib { system = "x"; };
    d = system: import other { inherit system; };
  };
}

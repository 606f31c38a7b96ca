#@ path: flake.nix
{
  outputs = { self, nixpkgs, ... }@inputs: {
    a = system: import nixpkgs { inherit system; };
    b = s: import inputs.nixpkgs { system = s.name; };
    c = import nixpkgs { system = "x86_64-linux"; };
  };
}

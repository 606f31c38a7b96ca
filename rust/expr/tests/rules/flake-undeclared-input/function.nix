#@ path: flake.nix
{ outputs = inputs: { }; }

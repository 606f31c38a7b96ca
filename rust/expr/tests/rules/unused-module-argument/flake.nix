#@ path: flake.nix
{
  inputs = { };
  outputs = { self, nixpkgs, ... }: { };
}

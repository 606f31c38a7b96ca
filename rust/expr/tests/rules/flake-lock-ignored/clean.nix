#@ path: flake.nix
#@ untracked: ./x
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { nixpkgs, ... }: { };
}

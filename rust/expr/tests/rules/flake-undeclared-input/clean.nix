#@ path: flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.utils.url = "github:numtide/flake-utils";
  outputs = inputs@{ self, nixpkgs, utils ? null, ... }: { };
}

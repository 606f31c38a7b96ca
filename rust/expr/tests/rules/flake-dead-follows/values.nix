#@ path: flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.tool = {
    url = "github:example/tool";
    inputs.nixpkgs.follows = "nixpkgs-unstable";
    inputs.utils.follows = "flake-utils/systems";
  };
  inputs.loop.follows = "loop";
  outputs = { self, ... }: { };
}

#@ path: sub/flake.nix
{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    "tool" = {
      url = "github:example/tool";
      inputs = {
        nixpkgs.follows = "nixpkgs";
        gone.follows = "";
        # an argument alone is an input as well
        utils.follows = "flake-utils";
        deep.follows = "nixpkgs/lib";
      };
    };
  };
  outputs = { self, flake-utils, ... }: { other.follows = "nothing"; };
}

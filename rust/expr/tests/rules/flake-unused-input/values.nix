#@ path: flake.nix
{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    unused.url = "github:example/unused";
    named.url = "github:example/named";
    by-select.url = "github:example/select";
    by-inherit.url = "github:example/inherit";
    followed.url = "github:example/followed";
    tool = {
      url = "github:example/tool";
      inputs.x.follows = "followed/x";
    };
    asked.url = "github:example/asked";
    flake-compat.url = "github:edolstra/flake-compat";
  };
  outputs = { self, nixpkgs, named, ... }@inputs: {
    a = nixpkgs.lib;
    b = inputs.by-select.lib;
    inherit (inputs) by-inherit;
    c = inputs ? asked;
    d = self.inputs.tool;
    e = self.packages;
  };
}

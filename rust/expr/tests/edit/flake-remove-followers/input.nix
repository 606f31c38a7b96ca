{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    systems.url = "github:nix-systems/default"; # all of them

    # one of ours
    utils = {
      url = "github:numtide/flake-utils";
      # ours, not theirs
      inputs.systems.follows = "systems";
    };
    parts.inputs = {
      # the only one
      systems.follows = "systems";
    };
    parts.url = "github:example/parts";
    other.url = "github:example/other";
    other.inputs.a.inputs.b.follows = "systems/c";
    other.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      systems, # all of them
      utils,
      ...
    }:
    { };
}

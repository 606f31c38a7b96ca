{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";

    # one of ours
    utils = {
      url = "github:numtide/flake-utils";
    };
    parts.url = "github:example/parts";
    other.url = "github:example/other";
    other.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      utils,
      ...
    }:
    { };
}

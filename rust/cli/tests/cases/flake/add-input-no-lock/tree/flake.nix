{
  description = "app";

  # what it needs
  inputs = {
    nixpkgs.url = "nixpkgs"; # ours
    utils = {
      url = "github:numtide/flake-utils";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      utils,
    }:
    { };
}

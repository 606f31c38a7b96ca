{
  description = "app";

  # what it needs
  inputs = {
    nixpkgs.url = "nixpkgs"; # ours
    utils.url = "github:numtide/flake-utils";
  };

  outputs =
    {
      self,
      nixpkgs,
      utils,
    }:
    { };
}

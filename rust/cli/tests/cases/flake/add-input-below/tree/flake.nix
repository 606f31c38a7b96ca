{
  description = "app";

  # what it needs
  inputs = {
    nixpkgs.url = "nixpkgs"; # ours
    utils.url = "github:a/b";
  };

  outputs =
    {
      self,
      nixpkgs,
      utils,
    }:
    { };
}

{
  description = "app";

  # what it needs
  inputs = {
    nixpkgs.url = "nixpkgs"; # ours
    data = {
      url = "https://example.org/data.tar.gz";
      flake = false;
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      data,
    }:
    { };
}

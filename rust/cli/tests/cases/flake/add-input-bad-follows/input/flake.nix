{
  description = "app";

  # what it needs
  inputs = {
    nixpkgs.url = "nixpkgs"; # ours
  };

  outputs = { self, nixpkgs }: { };
}

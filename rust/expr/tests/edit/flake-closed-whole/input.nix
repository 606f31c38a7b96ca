{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    agenix = { url = "github:ryantm/agenix"; inputs.nixpkgs.follows = "nixpkgs"; };
  };
  outputs = inputs@{ self, nixpkgs, agenix }: let system = "x86_64-linux"; in { };
}

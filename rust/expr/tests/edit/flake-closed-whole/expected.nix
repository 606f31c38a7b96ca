{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    agenix = { url = "github:ryantm/agenix"; inputs.nixpkgs.follows = "nixpkgs"; };
    sops-nix = {
      url = "github:Mic92/sops-nix";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };
  outputs = inputs@{ self, nixpkgs, agenix, sops-nix }: let system = "x86_64-linux"; in { };
}

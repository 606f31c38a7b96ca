{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";

    agenix.url = "github:ryantm/agenix";
    agenix.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs = { nixpkgs, ... }: { };
}

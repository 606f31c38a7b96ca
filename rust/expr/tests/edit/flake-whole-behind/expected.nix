{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    agenix.url = "github:ryantm/agenix";
  };
  outputs = { nixpkgs, agenix, ... } @ inputs: with nixpkgs.lib; { lib = mapAttrs (_: x: x) inputs; };
}

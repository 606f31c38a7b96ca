{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
  };
  outputs = { nixpkgs, ... } @ inputs: with nixpkgs.lib; { lib = mapAttrs (_: x: x) inputs; };
}

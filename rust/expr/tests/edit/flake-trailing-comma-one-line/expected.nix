{
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  inputs.crane.url = "github:ipetkov/crane";
  outputs = { self, nixpkgs, crane, }@inputs: { };
}

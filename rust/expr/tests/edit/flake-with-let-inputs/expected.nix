{
  inputs =
    let
      base = "github:example";
    in
    {
      nixpkgs.url = "github:nixos/nixpkgs";
      crane.url = "github:ipetkov/crane";
    };
  outputs =
    {
      self,
      nixpkgs,
      crane,
    }:
    { };
}

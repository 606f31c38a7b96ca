{
  inputs.crane.url = "github:ipetkov/crane";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs =
    { crane # builds
    , nixpkgs
    }:
    { inherit (nixpkgs) lib; };
}

{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs =
    { nixpkgs
    }:
    { inherit (nixpkgs) lib; };
}

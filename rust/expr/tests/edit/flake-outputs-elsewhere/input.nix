{
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  outputs = import ./outputs.nix;
}

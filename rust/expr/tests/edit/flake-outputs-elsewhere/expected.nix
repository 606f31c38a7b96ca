{
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  inputs.utils.url = "github:numtide/flake-utils";
  outputs = import ./outputs.nix;
}

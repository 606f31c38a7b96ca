let
  inherit (import ./pins.nix) home-manager; # pinned
  nixpkgs = <nixpkgs>;
in
import nixpkgs { }

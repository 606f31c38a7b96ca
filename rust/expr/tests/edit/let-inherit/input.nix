let
  inherit (import ./pins.nix) nixpkgs home-manager; # pinned
in
import nixpkgs { }

let
  pkgs = import <nixpkgs> { };
in
pkgs.system

{ stdenv, pkgs }:
[
  stdenv.lib.licenses.mit
  pkgs.stdenv.lib.version
  (with stdenv.lib; licenses.mit)
]

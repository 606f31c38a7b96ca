{ lib, stdenv, unused, ... }@args: stdenv.mkDerivation (removeAttrs args [ "lib" ])

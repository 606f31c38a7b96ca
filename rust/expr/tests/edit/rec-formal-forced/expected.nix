{ lib, stdenv, ... }@args: stdenv.mkDerivation (removeAttrs args [ "lib" ])

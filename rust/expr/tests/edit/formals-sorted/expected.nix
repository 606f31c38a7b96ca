{
  cmake,
  fetchurl,
  lib,
  stdenv,
}:
1

{
  fetchurl,
  lib,
  stdenv,
}:
1

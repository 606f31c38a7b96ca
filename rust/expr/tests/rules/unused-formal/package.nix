#@ path: pkgs/by-name/he/hello/package.nix
{
  lib,
  stdenv,
  fetchurl,
  # what it links
  zlib,
  withGui ? false,
  gtk3,
}:
stdenv.mkDerivation {
  src = fetchurl { };
}

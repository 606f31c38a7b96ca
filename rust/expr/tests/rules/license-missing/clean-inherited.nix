#@ path: pkgs/by-name/to/tool/package.nix
{ stdenv, other }:
stdenv.mkDerivation {
  pname = "tool";
  inherit (other) meta;
}

{ stdenv }:
stdenv.mkDerivation {

{ stdenv, placeholder }:
stdenv.mkDerivation {
  makeFlags = "CC=cc  V=1";
  configureFlags = "--prefix=${placeholder "out"}";
  mesonFlags = "";
}

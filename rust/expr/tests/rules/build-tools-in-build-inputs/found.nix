{ stdenv, lib, cmake, pkg-config, openssl, zlib, makeWrapper, qt6, bison }:
{
  a = stdenv.mkDerivation {
    buildInputs = [ cmake pkg-config openssl ];
  };
  b = stdenv.mkDerivation {
    nativeBuildInputs = [
      cmake
    ];
    buildInputs = [
      openssl
      makeWrapper
      qt6.wrapQtAppsHook
    ];
  };
  e = stdenv.mkDerivation {
    buildInputs = [
      qt6.wrapQtAppsHook # wraps
    ];
  };
  c = stdenv.mkDerivation {
    buildInputs = [ zlib ] ++ lib.optional true bison;
  };
  d = stdenv.mkDerivation {
    nativeBuildInputs = [ ];
    buildInputs = [
      # parses
      bison
      zlib
    ];
  };
}

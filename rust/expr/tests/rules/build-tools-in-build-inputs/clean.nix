{ stdenv, cmake, openssl, buildPackages, mkShell }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ];
    buildInputs = [ openssl ];
  };
  b = mkShell { buildInputs = [ cmake ]; };
  c = stdenv.mkDerivation { buildInputs = [ buildPackages.cmake "cmake" ]; };
}

{ stdenv, cmake, libsForQt5, rustPlatform }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ];
    enableParallelBuilding = true;
    pname = "a";
  };
  b = stdenv.mkDerivation {
    nativeBuildInputs = [ libsForQt5.qmake ];

    enableParallelBuilding = true; # fast
  };
  c = rustPlatform.buildRustPackage { enableParallelBuilding = true; };
}

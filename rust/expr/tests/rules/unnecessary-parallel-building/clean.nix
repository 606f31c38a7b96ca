{ stdenv, cmake, lib }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ];
    dontUseCmakeConfigure = true;
    enableParallelBuilding = true;
  };
  b = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ];
    enableParallelBuilding = false;
  };
  c = stdenv.mkDerivation {
    nativeBuildInputs = lib.optional true cmake;
    enableParallelBuilding = true;
  };
  d = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ];
    configurePhase = "./configure";
    enableParallelBuilding = true;
  };
}

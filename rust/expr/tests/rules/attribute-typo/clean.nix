{ stdenv, call }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [ ];
    somethingElse = 1;
    NIX_CFLAG_COMPILE = "";
    src2 = 1;
    # read below
    buildFlag = "x";
    buildPhase = "make $buildFlag";
  };
  b = call { nativeBuildInput = [ ]; };
}

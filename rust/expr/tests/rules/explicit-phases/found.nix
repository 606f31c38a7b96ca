{ stdenv }:
stdenv.mkDerivation {
  pname = "a";
  buildPhase = "make static";
  installPhase = "make install PREFIX=$out";
}

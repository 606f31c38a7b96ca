{ stdenv }:
stdenv.mkDerivation {
  pname = "a";
  postFixup = ":";
  dontFixup = true;
}

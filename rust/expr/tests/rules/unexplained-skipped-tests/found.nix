{ stdenv }:
stdenv.mkDerivation {
  pname = "a";

  doCheck = false;
}

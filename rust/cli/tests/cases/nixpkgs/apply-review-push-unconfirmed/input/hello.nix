{ stdenv }:
stdenv.mkDerivation {
  pname = "hello";
  version = "1";
}

{ stdenv }:
stdenv.mkDerivation {
  pname = "a";
  patches = [ ./a.patch ];
  postPatch = "patchShebangs .";
}

{ stdenv }:
stdenv.mkDerivation {
  meta.homepage = "https://example.org";
  src = "http://example.org";
}

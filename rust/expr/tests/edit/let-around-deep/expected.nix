{ stdenv, fetchurl }:

let
  # also in the name of the archive
  version = "1.0";
  src = fetchurl {
    url = "https://example.org/${version}.tar.gz";
    hash = "sha256-BBBB";
  };
in
stdenv.mkDerivation {
  pname = "thing";
  inherit version src;
}

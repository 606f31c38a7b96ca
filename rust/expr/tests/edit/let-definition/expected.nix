{ stdenv, fetchurl }:

let
  # also in the name of the archive
  version = "1.1";
  src = fetchurl {
    url = "https://example.org/${version}.tar.gz";
    hash = "sha256-AAAA";
  };
in
stdenv.mkDerivation {
  pname = "thing";
  inherit version src;
}

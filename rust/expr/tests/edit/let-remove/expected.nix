{ stdenv, fetchurl }:

let
  src = fetchurl {
    url = "https://example.org/${version}.tar.gz";
    hash = "sha256-AAAA";
  };
in
stdenv.mkDerivation {
  pname = "thing";
  inherit version src;
}

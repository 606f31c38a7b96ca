{ stdenv, fetchurl }:
{
  a = stdenv.mkDerivation { version = "1.2.3"; src = fetchurl { url = "https://example.org/1.2.3"; }; };
  b = stdenv.mkDerivation rec { version = "1.2"; src = fetchurl { url = "https://example.org/11.2/1.2.3/1.20"; }; };
  c = stdenv.mkDerivation rec { version = "1"; src = fetchurl { url = "https://example.org/1"; }; };
  d = stdenv.mkDerivation rec {
    version = "1.2.3";
    src = fetchurl (let version = "2"; in { url = "https://example.org/1.2.3"; });
  };
  e = stdenv.mkDerivation rec { version = "1.2.3"; patches = [ (fetchurl { url = "https://example.org/1.2.3"; }) ]; };
}

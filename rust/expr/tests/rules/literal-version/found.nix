{ stdenv, fetchurl, fetchFromGitHub }:
{
  a = stdenv.mkDerivation (finalAttrs: {
    version = "1.2.3";
    src = fetchurl { url = "https://example.org/1.2.3/tool-1.2.3.tar.gz"; };
  });
  b = stdenv.mkDerivation rec {
    version = "1.2.3";
    src = fetchFromGitHub {
      owner = "example";
      tag = "v1.2.3";
    };
  };
}

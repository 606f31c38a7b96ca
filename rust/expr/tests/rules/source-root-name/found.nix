{ stdenv, fetchFromGitHub }:
{
  a = stdenv.mkDerivation (finalAttrs: {
    src = fetchFromGitHub { };
    sourceRoot = "source/frontend";
  });
  b = stdenv.mkDerivation rec {
    src = fetchFromGitHub { };
    sourceRoot = "source";
  };
  c = stdenv.mkDerivation { sourceRoot = "source"; };
}

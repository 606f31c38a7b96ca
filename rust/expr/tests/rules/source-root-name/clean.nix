{ stdenv, fetchFromGitHub }:
{
  a = stdenv.mkDerivation (finalAttrs: {
    src = fetchFromGitHub { };
    sourceRoot = "${finalAttrs.src.name}/frontend";
  });
  b = stdenv.mkDerivation { sourceRoot = "sources"; };
  sourceRoot = "source";
}

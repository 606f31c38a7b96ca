{ buildGoModule, stdenv, installPhase }:
{
  a = buildGoModule { buildPhase = "go build"; };
  b = stdenv.mkDerivation {
    inherit installPhase;
    postBuild = "true";
  };
}

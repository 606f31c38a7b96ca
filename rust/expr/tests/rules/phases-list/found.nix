{ stdenv, buildGoModule }:
{
  a = stdenv.mkDerivation {
    pname = "a";
    phases = [ "installPhase" ];
  };
  b = buildGoModule (finalAttrs: {
    pname = "b";
    phases = "unpackPhase installPhase";
  });
}

{ stdenv, other }:
{
  # no builder
  a = other { phases = [ "installPhase" ]; };
  b = stdenv.mkDerivation { passthru.phases = [ "installPhase" ]; };
  phases = [ "installPhase" ];
}

{ stdenv, buildMix, args }:
{
  a = stdenv.mkDerivation { name = "tool-1.0"; version = "1.0"; };
  b = stdenv.mkDerivation rec { name = "tool-${version}"; version = "1.0"; };
  c = buildMix { name = "tool"; version = "1.0"; };
  d = stdenv.mkDerivation (args // { name = "tool"; version = "1.0"; });
  e = stdenv.mkDerivation { name = "tool"; };
  f = stdenv.mkDerivation { pname = "tool"; version = "1.0"; name = "other-1.0"; };
}

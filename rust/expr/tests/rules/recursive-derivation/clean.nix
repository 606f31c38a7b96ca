{ stdenv, f }:
{
  a = stdenv.mkDerivation (final: { pname = "a"; name = final.pname; });
  b = f rec { pname = "a"; name = pname; };
  c = stdenv.mkDerivation rec { pname = "a"; };
  d = stdenv.mkDerivation { passthru = rec { a = 1; b = a; }; };
}

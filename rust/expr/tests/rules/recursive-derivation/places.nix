{ stdenv }:
{
  a = stdenv.mkDerivation rec { pname = "a"; name = pname; };
  b = stdenv.mkDerivation (rec { pname = "a"; name = pname; });
}

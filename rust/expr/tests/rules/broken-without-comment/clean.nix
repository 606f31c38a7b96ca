{ stdenv }:
{
  a = stdenv.mkDerivation {
    # does not build with GCC 15
    meta.broken = true;
  };
  b = stdenv.mkDerivation {
    meta.broken = true; # does not build with GCC 15
  };
  c = stdenv.mkDerivation { meta.broken = stdenv.hostPlatform.isDarwin; };
  broken = true;
}

{ stdenv }:
{
  a = stdenv.mkDerivation {
    __structuredAttrs = true;
    makeFlagsArray = [ "CC=cc" ];
  };
  b = stdenv.mkDerivation {
    makeWrapperArgs = [ "--set A b" ];
    makeFlags = [ "CC=cc" ];
  };
}

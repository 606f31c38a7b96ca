{ stdenv, lib }:
{
  a = stdenv.mkDerivation {
    __structuredAttrs = true;
    makeFlags = [ "CFLAGS=-O2 -g" ];
  };
  b = stdenv.mkDerivation {
    makeFlags = [ "A=${lib.concatStringsSep " " [ "b" ]}" "C=d" (lib.cmakeFeature "A" "b c") ];
    mesonFlags = "-a -b";
    passthru.makeFlags = [ "a b" ];
  };
}

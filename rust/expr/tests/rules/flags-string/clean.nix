{ stdenv, flags }:
{
  a = stdenv.mkDerivation { makeFlags = [ "CC=cc V=1" ]; cmakeFlags = flags; installTargets = "install"; };
  makeFlags = "CC=cc";
}

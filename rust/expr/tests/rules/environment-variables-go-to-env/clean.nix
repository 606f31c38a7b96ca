{ stdenv, call }:
{
  a = stdenv.mkDerivation {
    env.NIX_CFLAGS_COMPILE = "-Wno-error";
    env = { CFLAGS = "a"; };
  };
  b = call { CFLAGS = "-O2"; };
  CFLAGS = "-O2";
}

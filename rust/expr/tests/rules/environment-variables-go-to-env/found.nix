{ stdenv, flags }:
{
  a = stdenv.mkDerivation {
    pname = "a";
    NIX_CFLAGS_COMPILE = "-Wno-error";
    PKG_CONFIG_SYSTEMD_SYSTEMDUNITDIR = "x";
  };
  b = stdenv.mkDerivation rec {
    CFLAGS = "-O2";
    LDFLAGS = CFLAGS;
  };
  c = stdenv.mkDerivation {
    env = { A = "b"; };
    RUSTFLAGS = "-g";
  };
  d = stdenv.mkDerivation { NIX_LDFLAGS = flags; };
}

{ stdenv, lib }:
stdenv.mkDerivation {
  pname = "a";
  makeFlags = [ "CFLAGS=-O2 -g" "-C src" ] ++ lib.optionals true [ "A=${toString 1} b" ];
  configureFlags = lib.optional stdenv.hostPlatform.isDarwin "--with x";
}

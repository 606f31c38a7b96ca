{ lib, stdenv, a, b, c }: {
  x = a ++ lib.optionals stdenv.isLinux [ b ] ++ [ c ];
  y = lib.optionals stdenv.isLinux [ b ] ++ lib.optionals stdenv.isDarwin [ c ];
  z = if stdenv.isLinux then [ b ] else [ c ];
}

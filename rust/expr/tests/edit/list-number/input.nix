{
  y = lib.optionals stdenv.isLinux [ b ] ++ lib.optionals stdenv.isDarwin [ c ];
}

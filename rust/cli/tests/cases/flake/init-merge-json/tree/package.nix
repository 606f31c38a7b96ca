{
  lib,
  stdenv,
  pkg-config,
  zlib,
}:

stdenv.mkDerivation {
  pname = "platform";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./Makefile
      ./platform.c
    ];
  };

  # keeps the two lists below apart; without it a mistake shows only when it is built for another platform
  strictDeps = true;

  # run by the machine that builds
  nativeBuildInputs = [ pkg-config ];

  # linked with, so of the platform that is built for
  buildInputs = [ zlib ];

  makeFlags = [
    "PREFIX=${placeholder "out"}"
    "EXE=${stdenv.hostPlatform.extensions.executable}"
  ];

  doCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;

  meta = {
    description = "Say which platform this was built for";
    license = lib.licenses.mit;
    mainProgram = "platform";
    platforms = lib.platforms.all;
  };
}

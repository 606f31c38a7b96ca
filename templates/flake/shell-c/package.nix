{
  lib,
  stdenv,
  cmake,
  ninja,
  pkg-config,
  zlib,
}:

stdenv.mkDerivation {
  pname = "checksum";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./CMakeLists.txt
      ./src
      ./tests
    ];
  };

  strictDeps = true;

  # programs that run during the build
  nativeBuildInputs = [
    cmake
    ninja
    pkg-config
  ];

  # libraries that the result is linked with
  buildInputs = [ zlib ];

  doCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;

  meta = {
    description = "Print the CRC-32 of the standard input";
    license = lib.licenses.mit;
    mainProgram = "checksum";
    platforms = lib.platforms.unix;
  };
}

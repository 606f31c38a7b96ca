{
  lib,
  stdenv,
  runCommand,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = ./greet.c;
  };

  strictDeps = true;

  buildPhase = ''
    runHook preBuild
    $CC -std=c99 -Wall -Wextra -Werror -O2 -o greet greet.c
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    install -Dm555 greet -t $out/bin
    runHook postInstall
  '';

  passthru.tests.greets =
    runCommand "greet-greets" { nativeBuildInputs = [ finalAttrs.finalPackage ]; }
      ''
        diff <(greet Ada) <(echo 'Hello, Ada!')
        touch $out
      '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
})

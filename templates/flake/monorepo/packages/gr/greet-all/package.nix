{
  lib,
  stdenvNoCC,
  runtimeShell,
  runCommand,
  # of this repository
  greet,
}:

stdenvNoCC.mkDerivation (finalAttrs: {
  pname = "greet-all";
  version = "0.1.0";

  src = ./greet-all.sh;
  dontUnpack = true;

  strictDeps = true;

  inherit runtimeShell;
  greet = lib.getExe greet;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/bin
    substituteAll $src $out/bin/greet-all
    chmod +x $out/bin/greet-all
    runHook postInstall
  '';

  passthru.tests.greets =
    runCommand "greet-all-greets" { nativeBuildInputs = [ finalAttrs.finalPackage ]; }
      ''
        printf '%s\n' Ada Grace | greet-all > found
        diff found <(printf '%s\n' 'Hello, Ada!' 'Hello, Grace!')
        touch $out
      '';

  meta = {
    description = "Greet everyone that the standard input names";
    license = lib.licenses.mit;
    mainProgram = "greet-all";
    platforms = lib.platforms.unix;
  };
})

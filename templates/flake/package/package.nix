{
  lib,
  stdenv,
  runCommand,
  testers,
}:

# `finalAttrs` is the package as it is after every override, so what is derived from the version follows it
stdenv.mkDerivation (finalAttrs: {
  pname = "greet";
  version = "0.1.0";

  # what the package is made of; a change elsewhere builds nothing anew
  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./Makefile
      ./greet.1
      ./greet.c
    ];
  };

  strictDeps = true;
  __structuredAttrs = true;

  makeFlags = [
    "PREFIX=${placeholder "out"}"
    "VERSION=${finalAttrs.version}"
  ];
  enableParallelBuilding = true;

  doCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;

  passthru.tests = {
    version = testers.testVersion { package = finalAttrs.finalPackage; };

    greets = runCommand "greet-greets" { nativeBuildInputs = [ finalAttrs.finalPackage ]; } ''
      diff <(greet Ada) <(echo 'Hello, Ada!')
      diff <(greet Ada Grace) <(printf '%s\n' 'Hello, Ada!' 'Hello, Grace!')
      if greet 2> error; then exit 1; fi
      diff error <(echo 'usage: greet NAME...')
      touch $out
    '';
  };

  meta = {
    description = "Greet people";
    homepage = "https://example.org/greet";
    license = lib.licenses.mit;
    mainProgram = "greet";
    maintainers = [ ];
    platforms = lib.platforms.unix;
  };
})

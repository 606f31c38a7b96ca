{
  lib,
  stdenv,
  nodejs,
}:

let
  manifest = lib.importJSON ./package.json;
in
stdenv.mkDerivation {
  pname = manifest.name;
  inherit (manifest) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./package.json
      ./src
      ./test
    ];
  };

  strictDeps = true;

  # runs the tests here
  nativeBuildInputs = [ nodejs ];
  # runs the program there
  buildInputs = [ nodejs ];

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    node --test
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/bin $out/lib/greet
    cp -r package.json src $out/lib/greet
    chmod +x $out/lib/greet/src/main.js
    ln -s $out/lib/greet/src/main.js $out/bin/greet
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

{
  lib,
  stdenv,
  nodejs,
  typescript,
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
      ./tsconfig.json
    ];
  };

  strictDeps = true;

  # compile, and run the tests here
  nativeBuildInputs = [
    nodejs
    typescript
  ];
  # runs the program there
  buildInputs = [ nodejs ];

  buildPhase = ''
    runHook preBuild
    tsc
    runHook postBuild
  '';

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    node --test dist/*.test.js
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/bin $out/lib/greet
    cp -r package.json dist $out/lib/greet
    rm $out/lib/greet/dist/*.test.js
    chmod +x $out/lib/greet/dist/main.js
    ln -s $out/lib/greet/dist/main.js $out/bin/greet
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

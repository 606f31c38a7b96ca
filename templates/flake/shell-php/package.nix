{
  lib,
  stdenv,
  php,
}:

let
  manifest = lib.importJSON ./composer.json;
in
stdenv.mkDerivation {
  pname = "greet";
  inherit (manifest) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./bin
      ./composer.json
      ./src
      ./tests
    ];
  };

  strictDeps = true;

  # runs the tests here
  nativeBuildInputs = [ php ];
  # runs the program there
  buildInputs = [ php ];

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    find bin src tests -type f -exec php --syntax-check {} \;
    php -d zend.assertions=1 tests/greeting.php
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/bin $out/share/greet
    cp -r bin src $out/share/greet
    chmod +x $out/share/greet/bin/greet
    patchShebangs --host $out/share/greet/bin
    ln -s $out/share/greet/bin/greet $out/bin/greet
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

{
  lib,
  stdenv,
  ruby,
  buildPackages,
}:

stdenv.mkDerivation {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./exe
      ./lib
      ./test
    ];
  };

  strictDeps = true;

  # runs the tests here
  nativeBuildInputs = [ (buildPackages.ruby.withPackages (gems: [ gems.minitest ])) ];
  # runs the program there
  buildInputs = [ ruby ];

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    ruby -w -Ilib test/greeting_test.rb
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    mkdir -p $out/bin $out/share/greet
    cp -r exe lib $out/share/greet
    chmod +x $out/share/greet/exe/greet
    patchShebangs --host $out/share/greet/exe
    ln -s $out/share/greet/exe/greet $out/bin/greet
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

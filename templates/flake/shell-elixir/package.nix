{
  lib,
  stdenv,
  beamPackages,
}:

stdenv.mkDerivation {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./lib
      ./mix.exs
      ./test
    ];
  };

  strictDeps = true;

  # compiles, and runs the tests here
  nativeBuildInputs = [ beamPackages.elixir ];
  # runs the program there
  buildInputs = [ beamPackages.erlang ];

  env.LANG = "C.UTF-8";

  buildPhase = ''
    runHook preBuild
    export HOME=$TMPDIR
    MIX_ENV=prod mix escript.build --no-deps-check
    runHook postBuild
  '';

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    MIX_ENV=test mix test --no-deps-check --warnings-as-errors
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    install -Dm555 greet -t $out/bin
    runHook postInstall
  '';

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

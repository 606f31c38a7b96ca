{
  lib,
  stdenvNoCC,
  python3,
}:

stdenvNoCC.mkDerivation {
  pname = "greet-server";
  version = "0.1.0";

  src = ./greet-server.py;
  dontUnpack = true;

  strictDeps = true;

  # checks the source here
  nativeBuildInputs = [ python3 ];
  # runs the program there
  buildInputs = [ python3 ];

  doCheck = true;
  checkPhase = ''
    runHook preCheck
    python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' $src
    runHook postCheck
  '';

  installPhase = ''
    runHook preInstall
    install -Dm555 $src $out/bin/greet-server
    runHook postInstall
  '';

  meta = {
    description = "Greet people over HTTP";
    license = lib.licenses.mit;
    mainProgram = "greet-server";
    platforms = lib.platforms.unix;
  };
}

{
  lib,
  stdenv,
  libgreet,
}:

stdenv.mkDerivation {
  pname = "greeter";
  version = "0.9.2";

  src = ./src;

  strictDeps = true;
  __structuredAttrs = true;

  buildInputs = [
    libgreet
    (lib.getDev libgreet)
  ];

  buildPhase = ''
    cc main.c -o greeter -lgreet
  '';

  installPhase = ''
    mkdir -p $out/bin
    cp greeter $out/bin/
  '';

  meta = {
    description = "Greets whoever is named on the command line";
    homepage = "https://example.org/greeter";
    license = lib.licenses.gpl3Only;
    maintainers = [ lib.maintainers.fixture ];
    mainProgram = "greeter";
    platforms = lib.platforms.unix;
  };
}

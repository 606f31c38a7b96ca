{
  lib,
  stdenv,
}:

stdenv.mkDerivation {
  pname = "reaches";
  version = "1.0";

  strictDeps = true;
  __structuredAttrs = true;

  src = ../../../top-level;
  patches = [
    # why
    ./gone.patch
    # why
    /etc/patch
  ];
  greeting = "a\.b";

  meta = {
    description = "Greeter";
    homepage = "https://example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "reaches";
  };
}

{
  lib,
  stdenv,
}:

stdenv.mkDerivation {
  pname = "hello";
  version = "1.0";

  strictDeps = true;
  __structuredAttrs = true;

  meta = {
    description = "Greeter";
    homepage = "https://example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "hello";
  };
}

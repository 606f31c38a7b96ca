{
  lib,
  stdenv,
}:

stdenv.mkDerivation {
  pname = "zz1";
  version = "1.0";

  strictDeps = true;
  __structuredAttrs = true;

  meta = {
    description = "Greeter";
    homepage = "https://example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "zz1";
  };
}

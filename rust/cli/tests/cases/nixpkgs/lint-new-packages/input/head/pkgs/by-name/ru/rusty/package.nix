{
  lib,
  rustPlatform,
}:

rustPlatform.buildRustPackage {
  pname = "rusty";
  version = "1.0";

  src = ./src;
  cargoHash = "sha256-ECtDbbEcscBNuztWn5kHOqnFiOPFUjvmpO6hbUPDIfQ=";

  meta = {
    description = "Greeter";
    homepage = "https://example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "rusty";
  };
}

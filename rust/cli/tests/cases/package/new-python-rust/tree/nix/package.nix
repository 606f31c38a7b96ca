{
  lib,
  python3Packages,
  rustPlatform,
}:

python3Packages.buildPythonPackage (finalAttrs: {
  pname = "crab";
  version = "0.1.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../crab;

  cargoDeps = rustPlatform.fetchCargoVendor {
    inherit (finalAttrs) pname version src;
    hash = "sha256-bgtbEmkxTQTCqTR6jWg1ZBBSZVowXbVAJvJ3umqr/WI=";
  };

  nativeBuildInputs = [
    rustPlatform.cargoSetupHook
    rustPlatform.maturinBuildHook
  ];

  pythonImportsCheck = [ "crab" ];

  meta = {
    description = "Fast claws";
    license = lib.licenses.mit;
    maintainers = [ ];
  };
})

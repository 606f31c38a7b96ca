{
  lib,
  buildPythonPackage,
  setuptools,
}:

buildPythonPackage {
  pname = "greeting";
  version = "0.1.0";
  pyproject = true;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./greeting.py
      ./pyproject.toml
    ];
  };

  build-system = [ setuptools ];
  pythonImportsCheck = [ "greeting" ];

  meta = {
    description = "What is said to someone";
    license = lib.licenses.mit;
  };
}

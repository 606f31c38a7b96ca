{ buildPythonPackage, hatchling, setuptools, stdenv }:
{
  a = buildPythonPackage {
    pyproject = true;
    build-system = [ hatchling ];
    dependencies = [ setuptools ];
  };
  b = buildPythonPackage { nativeBuildInputs = [ setuptools ]; };
  c = stdenv.mkDerivation { pyproject = true; nativeBuildInputs = [ setuptools ]; };
}

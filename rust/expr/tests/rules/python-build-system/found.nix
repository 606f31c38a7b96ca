{ buildPythonPackage, hatchling, setuptools, python3Packages }:
{
  a = buildPythonPackage {
    pyproject = true;
    nativeBuildInputs = [ hatchling setuptools ];
  };
  b = python3Packages.buildPythonApplication {
    pyproject = true;
    dependencies = [ python3Packages.poetry-core ];
  };
}

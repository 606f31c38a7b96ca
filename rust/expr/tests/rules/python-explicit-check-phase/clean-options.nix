{ buildPythonPackage }:
{
  a = buildPythonPackage { checkPhase = "pytest --some-option"; };
  b = buildPythonPackage { checkPhase = "pytest -n 4 tests"; };
}

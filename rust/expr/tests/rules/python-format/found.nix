{ buildPythonPackage }:
{
  a = buildPythonPackage { format = "setuptools"; };
  b = buildPythonPackage { format = "pyproject"; };
}

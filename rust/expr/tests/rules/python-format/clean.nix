{ buildPythonPackage, stdenv }:
{
  a = buildPythonPackage { pyproject = true; };
  b = buildPythonPackage { format = "wheel"; };
  c = stdenv.mkDerivation { format = "setuptools"; };
}

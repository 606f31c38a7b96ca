{ buildPythonPackage, stdenv }:
{
  a = buildPythonPackage { pythonImportsCheck = [ "tool" ]; };
  b = stdenv.mkDerivation { importsCheck = [ "tool" ]; };
}

{ buildPythonPackage, stdenv, python }:
{
  a = buildPythonPackage {
    checkPhase = ''
      export HOME=$TMPDIR
      pytest
    '';
  };
  b = stdenv.mkDerivation { checkPhase = "pytest"; };
  c = buildPythonPackage { checkPhase = "pytest || true"; };
  d = buildPythonPackage { checkPhase = "pytester"; };
  e = buildPythonPackage { checkPhase = "${python} -m pytest"; };
}

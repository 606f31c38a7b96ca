{ buildPythonPackage }:
{
  a = buildPythonPackage { checkPhase = "pytest"; };
  b = buildPythonPackage {
    checkPhase = ''
      runHook preCheck
      python -m pytest tests -k 'not slow'
      runHook postCheck
    '';
  };
}

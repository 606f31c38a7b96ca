{ buildPythonPackage, requests, pytestCheckHook, numpy, stdenv, git }:
{
  a = buildPythonPackage {
    dependencies = [ requests numpy ];
    nativeCheckInputs = [
      pytestCheckHook
      requests
    ];
  };
  b = stdenv.mkDerivation {
    nativeBuildInputs = [ git ];
    nativeCheckInputs = [ git ];
  };
}

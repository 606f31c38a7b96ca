{ buildPythonPackage, lib, requests, pytestCheckHook, stdenv, git }:
{
  a = buildPythonPackage {
    dependencies = lib.optional stdenv.hostPlatform.isLinux requests;
    nativeCheckInputs = [ pytestCheckHook requests ];
  };
  b = stdenv.mkDerivation {
    buildInputs = [ git ];
    nativeCheckInputs = [ git ];
  };
}

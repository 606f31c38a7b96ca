{ buildPythonPackage, pytestCheckHook }:
buildPythonPackage {
  pname = "tool";
  nativeCheckInputs = [ pytestCheckHook ];
  doCheck = false;
}

{ buildPythonPackage }:
buildPythonPackage {
  pname = "tool";
  pythonImportCheck = [ "tool" ];
}

{ buildPythonPackage }:
buildPythonPackage {
  pname = "tool";
  pythonImportsCheck = [ "tool" ];
}

{ buildPythonPackage }:
buildPythonPackage {
  pname = "tool";
  doCheck = false;
}

{ lib, buildPythonPackage }:

buildPythonPackage {
  pname = "thing";
  version = "1.0";

  meta.license = lib.licenses.mit;
}

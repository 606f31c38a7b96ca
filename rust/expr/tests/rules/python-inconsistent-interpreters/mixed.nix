{ buildPythonPackage, python311Packages, python39Packages }:
buildPythonPackage {
  dependencies = [ python311Packages.numpy ];
  nativeCheckInputs = [ python39Packages.scipy python311Packages.six ];
}

#@ path: pkgs/development/python-modules/tool/default.nix
{ buildPythonPackage, python3Packages, requests }:
buildPythonPackage {
  dependencies = [ python3Packages.numpy requests ];
}

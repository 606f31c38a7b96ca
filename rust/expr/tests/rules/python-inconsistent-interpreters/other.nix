{ python311Packages, python3 }:
python311Packages.buildPythonApplication {
  dependencies = [ python3.pkgs.numpy python311Packages.requests ];
}

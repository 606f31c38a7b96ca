{ python3Packages, python3, buildPythonApplication }:
{
  a = python3Packages.buildPythonApplication {
    dependencies = [ python3.pkgs.numpy python3Packages.requests ];
  };
  b = buildPythonApplication { dependencies = [ python3Packages.numpy ]; };
}

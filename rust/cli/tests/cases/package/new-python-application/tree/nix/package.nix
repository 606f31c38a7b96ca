{
  lib,
  python3Packages,
}:

python3Packages.buildPythonApplication (finalAttrs: {
  pname = "tool";
  version = "2.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../tool;

  build-system = with python3Packages; [ flit-core ];

  dependencies = with python3Packages; [
    click
    rich
  ];

  pythonImportsCheck = [ "tool" ];

  meta = {
    description = "Tool";
    license = lib.licenses.isc;
    maintainers = [ ];
    mainProgram = "tool";
  };
})

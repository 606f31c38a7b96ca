{
  lib,
  python3Packages,
  swig,
}:

python3Packages.buildPythonPackage (finalAttrs: {
  pname = "pinned";
  version = "3.0.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../old;

  postPatch = ''
    substituteInPlace pyproject.toml \
      --replace-fail '"poetry>=0.12"' '"poetry-core"' \
      --replace-fail '"setuptools<40"' '"setuptools"' \
      --replace-fail '"swig"' ''' \
      --replace-fail '"poetry.masonry.api"' '"poetry.core.masonry.api"''\'
  '';

  build-system = with python3Packages; [
    poetry-core
    setuptools
  ];

  nativeBuildInputs = [ swig ];

  pythonRelaxDeps = [ "requests" ];

  dependencies = with python3Packages; [ requests ];

  pythonImportsCheck = [ "pinned" ];

  meta = {
    description = "Pinned to the past";
    license = lib.licenses.gpl3Plus;
    maintainers = [ ];
  };
})

{
  lib,
  python3Packages,
  zlib,
}:

python3Packages.buildPythonPackage (finalAttrs: {
  pname = "squeeze";
  version = "0.9";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../squeeze;

  build-system = with python3Packages; [
    cython
    setuptools
  ];

  buildInputs = [ zlib ];

  pythonImportsCheck = [ "squeeze" ];

  meta = {
    description = "Compressor";
    homepage = "https://example.org/squeeze";
    license = lib.licenses.bsd3;
    maintainers = [ ];
  };
})

{
  lib,
  buildPythonPackage,
  fetchPypi,
  setuptools,
  requests,
}:

buildPythonPackage rec {
  pname = "thing";
  version = "1.0";
  pyproject = true;

  src = fetchPypi {
    inherit pname version;
    hash = "sha256-AAAA";
  };

  build-system = [ setuptools ];

  dependencies = [
    requests # the http one
    attrs
  ]
  ++ requests.optional-dependencies.socks;

  pythonImportsCheck = [ "thing" ];

  meta.license = lib.licenses.mit;
}

{
  lib,
  python3Packages,
}:

python3Packages.buildPythonPackage (finalAttrs: {
  pname = "grown";
  version = "2.0.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = ../lib;

  build-system = with python3Packages; [ hatchling ];

  dependencies =
    with python3Packages;
    [
      google-api-core
      httpx
      rich
    ]
    ++ google-api-core.optional-dependencies.grpc
    ++ httpx.optional-dependencies.http2;

  optional-dependencies = {
    fast = with python3Packages; httpx.optional-dependencies.brotli;
    secure =
      with python3Packages;
      [
        pyjwt
        six
      ]
      ++ pyjwt.optional-dependencies.crypto;
  };

  nativeCheckInputs =
    with python3Packages;
    [
      pytestCheckHook
      requests
      trio
    ]
    ++ requests.optional-dependencies.socks;

  pythonImportsCheck = [ "grown" ];

  meta = {
    description = "Uses extras of others";
    license = lib.licenses.mit;
    maintainers = [ ];
  };
})

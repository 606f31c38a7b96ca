{
  lib,
  buildPythonPackage,
  fetchPypi,
  rustPlatform,

  # build-system
  setuptools,
  cython,

  # nativeBuildInputs
  pkg-config,
  pkgs,

  # dependencies
  requests,
  protobuf,

  # buildInputs
  openssl,

  # optional-dependencies
  click,
  rich,
  httpx,
  numpy,

  # tests
  pytestCheckHook,
  pytest-asyncio,
  git,
}:

buildPythonPackage (finalAttrs: {
  pname = "some-tool";
  version = "1.2.3";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchPypi {
    pname = "some_tool";
    inherit (finalAttrs) version;
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  cargoDeps = rustPlatform.fetchCargoVendor {
    inherit (finalAttrs) pname version src;
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  build-system = [
    setuptools
    cython
  ];

  nativeBuildInputs = [
    pkg-config
    pkgs.protobuf
    rustPlatform.cargoSetupHook
    rustPlatform.maturinBuildHook
  ];

  dependencies = [
    requests
    protobuf
  ]
  ++ requests.optional-dependencies.socks;

  optional-dependencies = {
    cli = [
      click
      rich
    ]
    ++ httpx.optional-dependencies.cli;
    secure = requests.optional-dependencies.security;
    "all.of it" = [ numpy ];
  };

  buildInputs = [ openssl ];

  nativeCheckInputs = [
    pytestCheckHook
    pytest-asyncio
    git
  ];

  pythonImportsCheck = [
    "some_tool"
    "some_tool.sub"
  ];

  meta = {
    description = "Tool that shows how some-tool is written";
    homepage = "https://example.org/some-tool";
    changelog = "https://example.org/some-tool/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.bsd3;
    maintainers = [ ];
  };
})

{
  lib,
  python3Packages,
  fetchFromGitHub,
  protobuf,
  versionCheckHook,
}:

python3Packages.buildPythonApplication (finalAttrs: {
  pname = "tool";
  version = "7.0.0";
  pyproject = true;

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchFromGitHub {
    owner = "example";
    repo = "tool";
    tag = "release-${finalAttrs.version}";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  build-system = with python3Packages; [ hatchling ];

  nativeBuildInputs = [ protobuf ];

  pythonRelaxDeps = [ "click" ];

  dependencies = [
    python3Packages.click
    python3Packages.protobuf
  ]
  ++ python3Packages.httpx.optional-dependencies.http2;

  optional-dependencies = {
    tui = with python3Packages; [ textual ];
  };

  nativeCheckInputs = with python3Packages; [ pytestCheckHook ];

  disabledTests = [ "test_network" ];

  pythonImportsCheck = [ "tool" ];

  nativeInstallCheckInputs = [ versionCheckHook ];
  doInstallCheck = true;

  meta = {
    description = "Tool that shows how tool is written";
    homepage = "https://example.org/tool";
    changelog = "https://example.org/tool/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.gpl3Plus;
    maintainers = [ ];
    mainProgram = "tool";
  };
})

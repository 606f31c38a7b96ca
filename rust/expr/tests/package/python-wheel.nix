{
  lib,
  python3Packages,
  fetchPypi,
}:

python3Packages.buildPythonPackage (finalAttrs: {
  pname = "some-tool";
  version = "1.2.3";
  format = "wheel";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchPypi {
    pname = "some_tool";
    inherit (finalAttrs) version;
    format = "wheel";
    dist = "py3";
    python = "py3";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  dependencies = with python3Packages; [ requests ];

  pythonImportsCheck = [ "some_tool" ];

  meta = {
    description = "Tool that shows how some-tool is written";
    homepage = "https://example.org/some-tool";
    changelog = "https://example.org/some-tool/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.mit;
    sourceProvenance = with lib.sourceTypes; [
      fromSource
      binaryNativeCode
    ];
    maintainers = [ ];
  };
})

{
  lib,
  buildNpmPackage,
  fetchurl,
  versionCheckHook,
}:

buildNpmPackage (finalAttrs: {
  pname = "tool";
  version = "4.5.6";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchurl {
    url = "https://registry.example.org/@scope/tool/-/tool-${finalAttrs.version}.tgz";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  postPatch = ''
    cp ${./package-lock.json} package-lock.json
  '';

  npmDepsHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  dontNpmBuild = true;

  nativeInstallCheckInputs = [ versionCheckHook ];
  doInstallCheck = true;

  meta = {
    description = "Tool that shows how tool is written";
    homepage = "https://example.org/tool";
    changelog = "https://example.org/tool/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "tool";
  };
})

{
  lib,
  rustPlatform,
  fetchFromGitHub,
  versionCheckHook,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "a\"b\\";
  version = "1.0\${builtins.readFile /etc/passwd}";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchFromGitHub {
    owner = "example";
    repo = "x''y";
    tag = "v${finalAttrs.version}";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  cargoHash = "\"; x = \"";

  postPatch = ''
    echo ''${HOME} ''' $''${x}
      'indented''\'
  '';

  env = {
    "a b" = "''\${x}";
    "\${y}" = "$";
  };

  nativeInstallCheckInputs = [ versionCheckHook ];
  doInstallCheck = true;

  meta = {
    description = "Tool that shows how a\"b\\ is written";
    homepage = "https://example.org/a\"b\\";
    changelog = "https://example.org/a\"b\\/releases/tag/v${finalAttrs.version}";
    license = lib.licenses.mit;
    maintainers = [ ];
    mainProgram = "\${x}";
  };
})

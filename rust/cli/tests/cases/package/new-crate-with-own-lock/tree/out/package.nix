{
  lib,
  rustPlatform,
  fetchCrate,
  pkg-config,
  openssl,
  versionCheckHook,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "tool-cli";
  version = "1.0.0";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchCrate {
    inherit (finalAttrs) pname version;
    hash = "sha256-5d2mFaS+v5QPpJwwYGm+PZws69YyrvywuAx6k0FInoA=";
  };

  cargoLock.lockFile = ./Cargo.lock;

  postPatch = ''
    ln -s ${./Cargo.lock} Cargo.lock
  '';

  nativeBuildInputs = [ pkg-config ];

  buildInputs = [ openssl ];

  nativeInstallCheckInputs = [ versionCheckHook ];
  doInstallCheck = true;

  meta = {
    description = "Tool that does things";
    homepage = "https://tool.example.org";
    changelog = "https://github.com/o/tool/blob/v${finalAttrs.version}/CHANGELOG.md";
    license = with lib.licenses; [
      mit
      asl20
    ];
    maintainers = [ ];
    mainProgram = "tool";
  };
})

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
    hash = "sha256-CSk8wtC/THN0GeBeKh0s++AS0mTMVZkgn2SbCGvqbas=";
  };

  cargoHash = "sha256-L7v80XaW8X7y+gJ12Kzddt75A99g6KdqHYGezqTxduc=";

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

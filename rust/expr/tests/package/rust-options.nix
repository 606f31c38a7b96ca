{
  lib,
  rustPlatform,
  fetchFromGitHub,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "tool";
  version = "2";

  __structuredAttrs = true;
  strictDeps = true;

  src = fetchFromGitHub {
    owner = "example";
    repo = "tool";
    tag = "v${finalAttrs.version}";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  sourceRoot = "${finalAttrs.src.name}/cli";

  cargoLock = {
    lockFile = ./Cargo.lock;
    outputHashes = {
      "part\${x}-0.1.0+git" = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    };
  };

  postPatch = ''
    ln -s ${./Cargo.lock} Cargo.lock
  ''
  + ''
    rm -r vendor
  '';

  buildNoDefaultFeatures = true;

  buildFeatures = [
    "cli"
    "tls"
  ];

  cargoBuildFlags = [ "--package=tool" ];

  # the tests need the network }
  doCheck = false;

  cargoTestFlags = [ "--lib" ];

  checkFlags = [ "--skip=network::\${test}" ];

  meta = {
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
})

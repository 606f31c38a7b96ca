{
  lib,
  rustPlatform,
  fetchFromGitHub,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "thing";
  version = "1.0";

  src = fetchFromGitHub {
    owner = "example";
    repo = "thing";
    rev = finalAttrs.version;
    hash = "sha256-AAAA";
  };

  cargoHash = "sha256-BBBB";

  meta = { };
})

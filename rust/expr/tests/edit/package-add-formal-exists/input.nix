{
  lib,
  stdenv,
  fetchFromGitHub,
  cmake,
  pkg-config,
  openssl,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "tool";
  version = "1.2.3"; # keep in step with tool-data

  src = fetchFromGitHub {
    owner = "example";
    repo = "tool";
    tag = "v${finalAttrs.version}";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  nativeBuildInputs = [
    cmake
    pkg-config
  ];

  buildInputs = [ openssl ];

  # The tests want a network.
  doCheck = false;

  meta = {
    description = "Tool";
    homepage = "https://example.org/tool";
    license = lib.licenses.mit;
    maintainers = with lib.maintainers; [ alice bob ];
  };
})

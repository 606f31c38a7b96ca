{
  lib,
  rustPlatform,
  pkg-config,
  openssl,
}:

rustPlatform.buildRustPackage (finalAttrs: {
  pname = "old";
  version = "1.4.1";

  __structuredAttrs = true;
  strictDeps = true;

  src = ../old;

  cargoLock.lockFile = ./Cargo.lock;

  postPatch = ''
    ln -sf ${./Cargo.lock} Cargo.lock
  '';

  nativeBuildInputs = [ pkg-config ];

  buildInputs = [ openssl ];

  meta = {
    description = "Locked long ago";
    license = lib.licenses.gpl3Plus;
    maintainers = [ ];
    mainProgram = "old";
  };
})

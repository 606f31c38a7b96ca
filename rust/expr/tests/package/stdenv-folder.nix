{
  lib,
  stdenv,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "tool";
  version = "0-unstable-2026-01-02";

  __structuredAttrs = true;
  strictDeps = true;

  src = ./src;

  meta = {
    maintainers = [ ];
  };
})

{
  lib,
  stdenv,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "here";
  version = "1";

  __structuredAttrs = true;
  strictDeps = true;

  src = ./.;

  meta = {
    maintainers = [ ];
  };
})

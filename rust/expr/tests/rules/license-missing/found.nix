#@ path: pkgs/by-name/to/tool/package.nix
{ stdenv, lib }:
let
  version = "1.0";
in
assert true;
stdenv.mkDerivation (finalAttrs: {
  pname = "tool";
  inherit version;
  meta = {
    description = "Tool that does one thing";
    maintainers = [ lib.maintainers.alice ];
  };
})

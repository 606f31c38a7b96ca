#@ path: pkgs/by-name/to/tool/package.nix
{ stdenv, lib }:
stdenv.mkDerivation {
  pname = "tool";
  src = stdenv.mkDerivation { pname = "inner"; meta = { }; };
  meta = lib.optionalAttrs true { description = "Tool"; } // { license = lib.licenses.mit; };
}

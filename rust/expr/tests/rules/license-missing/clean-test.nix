#@ path: pkgs/test/tool/package.nix
{ stdenv }:
stdenv.mkDerivation {
  pname = "tool";
  meta = { };
}

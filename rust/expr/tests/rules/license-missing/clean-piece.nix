#@ path: pkgs/by-name/to/tool/frontend.nix
{ stdenv }:
stdenv.mkDerivation {
  pname = "tool-frontend";
  meta = { };
}

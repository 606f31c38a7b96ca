#@ path: pkgs/by-name/to/tool/package.nix
{ buildGoModule }:
buildGoModule {
  pname = "tool";
  meta.license = [ ];
}

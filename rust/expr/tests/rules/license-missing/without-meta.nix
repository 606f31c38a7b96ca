#@ path: pkgs/by-name/to/tool/package.nix
{ buildGoModule }:
buildGoModule {
  pname = "tool";
  version = "1.0";
  vendorHash = null;
}

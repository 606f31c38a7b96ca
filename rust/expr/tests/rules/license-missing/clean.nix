#@ path: pkgs/by-name/to/tool/package.nix
{ stdenv, args }:
stdenv.mkDerivation (args // {
  pname = "tool";
  meta = { };
})

#@ path: pkgs/by-name/to/tool/package.nix
{ stdenv, lib }:
stdenv.mkDerivation {
  pname = "tool";
  meta = with lib; {
    license = licenses.mit;
    maintainers = [ ];
  };
}

{ stdenv, lib }:
stdenv.mkDerivation {
  pname = "tool";
  meta = {
    descripton = "Tool";
    team = [ ];
  };
  meta.platform = lib.platforms.all;
}

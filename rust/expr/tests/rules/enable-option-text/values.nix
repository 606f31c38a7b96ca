{ lib, ... }:
with lib;
{
  a = mkEnableOption "Whether to enable the daemon.";
  b = lib.mkEnableOption "the daemon.";
  c = mkEnableOption "whether the daemon runs";
  d = mkEnableOption ''
    the daemon.
  '';
}

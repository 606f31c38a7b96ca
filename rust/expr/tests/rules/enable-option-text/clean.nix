{ lib, name, mkEnableOption, ... }:
{
  a = lib.mkEnableOption "the daemon";
  b = lib.mkEnableOption "daemons, sockets, etc.";
  c = lib.mkEnableOption "the daemon for ${name}.";
  d = mkEnableOption "Whether it is.";
}

{ lib, pkgs, cfg }:
{
  environment.systemPackages = lib.mkIf cfg.enable [ pkgs.thing pkgs.other ];
}

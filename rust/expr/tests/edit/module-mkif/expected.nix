{ config, lib, pkgs, ... }:
let
  cfg = config.services.thing;
in
{
  options.services.thing.enable = lib.mkEnableOption "thing";

  config = lib.mkIf cfg.enable {
    environment.systemPackages = lib.mkIf cfg.enable [ pkgs.thing ];
    systemd.services.thing = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig.ExecStart = "thing";
      serviceConfig.DynamicUser = true;
    };
  };
}

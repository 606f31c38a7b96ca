# Xfce on X, with LightDM for the login; lock, keys and portals are Xfce's own.
{
  config,
  lib,
  ...
}:

let
  cfg = config.nixsmith.desktop.xfce;
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.xfce.enable = lib.mkEnableOption "the desktop Xfce";

  config = lib.mkIf (cfg.enable && config.nixsmith.desktop.isOnly) {
    services = {
      xserver = {
        enable = true;
        desktopManager.xfce = {
          enable = true;
          enableScreensaver = lib.mkDefault true;
        };
        displayManager.lightdm.enable = lib.mkDefault true;
      };
      displayManager.defaultSession = lib.mkDefault "xfce";
    };
  };
}

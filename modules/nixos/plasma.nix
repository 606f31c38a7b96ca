# KDE Plasma on Wayland, with SDDM for the login; lock, keys and portals are Plasma's own.
{
  config,
  lib,
  ...
}:

let
  cfg = config.nixsmith.desktop.plasma;
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.plasma.enable = lib.mkEnableOption "the desktop KDE Plasma";

  config = lib.mkIf (cfg.enable && config.nixsmith.desktop.isOnly) {
    services = {
      desktopManager.plasma6.enable = true;
      displayManager = {
        sddm = {
          enable = lib.mkDefault true;
          wayland.enable = lib.mkDefault true;
        };
        defaultSession = lib.mkDefault "plasma";
      };
    };
  };
}

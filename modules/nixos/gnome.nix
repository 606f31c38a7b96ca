# GNOME on Wayland, with GDM for the login; lock, keys and portals are GNOME's own.
{
  config,
  lib,
  ...
}:

let
  cfg = config.nixsmith.desktop.gnome;
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.gnome.enable = lib.mkEnableOption "the desktop GNOME";

  config = lib.mkIf (cfg.enable && config.nixsmith.desktop.isOnly) {
    services = {
      desktopManager.gnome.enable = true;
      displayManager = {
        gdm.enable = lib.mkDefault true;
        defaultSession = lib.mkDefault "gnome";
      };
    };
  };
}

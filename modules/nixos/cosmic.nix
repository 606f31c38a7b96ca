# COSMIC, with its own greeter for the login; lock, keys and portals are COSMIC's own.
{
  config,
  lib,
  ...
}:

let
  cfg = config.nixsmith.desktop.cosmic;
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.cosmic.enable = lib.mkEnableOption "the desktop COSMIC";

  config = lib.mkIf (cfg.enable && config.nixsmith.desktop.isOnly) {
    services = {
      desktopManager.cosmic.enable = true;
      displayManager = {
        cosmic-greeter.enable = lib.mkDefault true;
        defaultSession = lib.mkDefault "cosmic";
      };
    };
  };
}

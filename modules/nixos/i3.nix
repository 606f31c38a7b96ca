# i3 on X, with LightDM for the login, i3lock by xss-lock, and a configuration in /etc that a user's own replaces.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.i3;
  windowManager = import ./desktop/windowManager.nix { inherit lib pkgs; };

  configuration = pkgs.writeText "i3-config" ''
    # of nixsmith.desktop.i3; ~/.config/i3/config replaces it
    font pango:Noto Sans 10
    ${windowManager.keys {
      terminal = "alacritty";
      launcher = "dmenu_run";
      lock = "--no-startup-id loginctl lock-session";
      screenshot = "--no-startup-id maim --select | xclip -selection clipboard -target image/png";
      exit = "i3-nagbar -t warning -m 'Leave i3?' -B 'Yes' 'i3-msg exit'";
    }}
    bar {
      status_command i3status
    }
    exec --no-startup-id dunst
    exec --no-startup-id xset s ${toString (desktop.lockMinutes * 60)}
  '';
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.i3.enable =
    lib.mkEnableOption "the window manager i3 with what belongs to it";

  config = lib.mkIf (cfg.enable && desktop.isOnly) {
    services = {
      xserver = {
        enable = true;
        windowManager.i3 = {
          enable = true;
          extraPackages = [
            pkgs.alacritty
            pkgs.brightnessctl
            pkgs.dmenu
            pkgs.dunst
            pkgs.i3status
            pkgs.maim
            pkgs.playerctl
            pkgs.xclip
            pkgs.xset
          ];
        };
        displayManager.lightdm.enable = lib.mkDefault true;
      };
      displayManager.defaultSession = lib.mkDefault "none+i3";
    };

    # i3 looks in the home folder first and here last
    environment.etc."i3/config".source = lib.mkDefault configuration;

    programs.dconf.enable = lib.mkDefault true;
    programs.i3lock.enable = true;
    programs.xss-lock = {
      enable = lib.mkDefault true;
      lockerCommand = lib.mkDefault "${lib.getExe config.programs.i3lock.package} --nofork --color=222222";
    };

    systemd.user.services = windowManager.agent;

    xdg.portal = {
      extraPortals = [ pkgs.xdg-desktop-portal-gtk ];
      config.common.default = lib.mkDefault [ "gtk" ];
    };
  };
}

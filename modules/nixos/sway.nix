# Sway on Wayland, with greetd for the login, swaylock by swayidle, Waybar, and a configuration in /etc that a user's own replaces.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.sway;
  windowManager = import ./desktop/windowManager.nix { inherit lib pkgs; };

  lock = "swaylock --daemonize --color 222222";
  seconds = desktop.lockMinutes * 60;

  configuration = pkgs.writeText "sway-config" ''
    # of nixsmith.desktop.sway; ~/.config/sway/config replaces it
    font pango:Noto Sans 10
    ${windowManager.keys {
      terminal = "foot";
      launcher = "fuzzel";
      lock = "loginctl lock-session";
      screenshot = ''grim -g "$(slurp)" - | wl-copy'';
      exit = "swaynag -t warning -m 'Leave Sway?' -B 'Yes' 'swaymsg exit'";
    }}
    input type:keyboard {
      xkb_layout "${desktop.keyboard.layout}"
      xkb_variant "${desktop.keyboard.variant}"
    }
    input type:touchpad {
      tap enabled
      natural_scroll enabled
    }
    exec mako
    exec swayidle -w \
      timeout ${toString seconds} '${lock}' \
      timeout ${toString (seconds + 60)} 'swaymsg "output * power off"' resume 'swaymsg "output * power on"' \
      before-sleep '${lock}' \
      lock '${lock}'
    include /etc/sway/config.d/*
  '';
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.sway.enable =
    lib.mkEnableOption "the window manager Sway with what belongs to it";

  config = lib.mkIf (cfg.enable && desktop.isOnly) {
    programs = {
      sway = {
        enable = true;
        wrapperFeatures.gtk = lib.mkDefault true;
        extraPackages = [
          pkgs.brightnessctl
          pkgs.foot
          pkgs.fuzzel
          pkgs.grim
          pkgs.mako
          pkgs.playerctl
          pkgs.slurp
          pkgs.swayidle
          pkgs.swaylock
          pkgs.wl-clipboard
        ];
      };
      waybar.enable = lib.mkDefault true;
    };

    environment.etc."sway/config".source = lib.mkDefault configuration;

    services.greetd = windowManager.login "sway" config.services.displayManager.sessionData.desktops;
    services.displayManager.defaultSession = lib.mkDefault "sway";

    systemd.user.services = windowManager.agent;
  };
}

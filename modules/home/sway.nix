# A user's part of Sway: keys, bar, notifications, lock.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.sway;
  seconds = desktop.lockMinutes * 60;
  modifier = "Mod4";
  lock = "${lib.getExe pkgs.swaylock} --daemonize";
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.sway = {
    enable = lib.mkEnableOption "a user's part of the window manager Sway";

    terminal = lib.mkOption {
      type = lib.types.str;
      default = lib.getExe pkgs.foot;
      defaultText = lib.literalExpression "lib.getExe pkgs.foot";
      example = "alacritty";
      description = "The terminal of the key `Mod4+Return`.";
    };
  };

  config = lib.mkIf cfg.enable {
    wayland.windowManager.sway = {
      enable = true;
      # the system's own, which the login starts
      package = lib.mkDefault null;
      config = {
        inherit modifier;
        terminal = lib.mkDefault cfg.terminal;
        menu = lib.mkDefault (lib.getExe pkgs.fuzzel);
        # Waybar is a service of its own
        bars = lib.mkDefault [ ];
        keybindings = import ./desktop/keys.nix {
          inherit lib modifier;
          screenshot = ''${lib.getExe pkgs.grim} -g "$(${lib.getExe pkgs.slurp})" - | ${pkgs.wl-clipboard}/bin/wl-copy'';
        };
        input."type:keyboard" = {
          xkb_layout = lib.mkDefault desktop.keyboard.layout;
        }
        // lib.optionalAttrs (desktop.keyboard.variant != "") {
          xkb_variant = lib.mkDefault desktop.keyboard.variant;
        };
      };
    };

    home.packages = [
      pkgs.brightnessctl
      pkgs.playerctl
    ];

    programs.swaylock = {
      enable = lib.mkDefault true;
      settings.color = lib.mkDefault "222222";
    };

    programs.waybar = {
      enable = lib.mkDefault true;
      systemd.enable = lib.mkDefault true;
    };

    services.mako.enable = lib.mkDefault true;

    services.swayidle = {
      enable = lib.mkDefault true;
      events = {
        before-sleep = lib.mkDefault lock;
        lock = lib.mkDefault lock;
      };
      timeouts = [
        {
          timeout = seconds;
          command = lock;
        }
        {
          timeout = seconds + 60;
          command = ''swaymsg "output * power off"'';
          resumeCommand = ''swaymsg "output * power on"'';
        }
      ];
    };
  };
}

# A user's part of Hyprland: keys, bar, notifications, lock.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.hyprland;
  seconds = desktop.lockMinutes * 60;

  directions = {
    left = "l";
    down = "d";
    up = "u";
    right = "r";
  };
  move = lib.concatLists (
    lib.mapAttrsToList (key: direction: [
      "$mod, ${key}, movefocus, ${direction}"
      "$mod SHIFT, ${key}, movewindow, ${direction}"
    ]) directions
  );
  workspaces = lib.concatMap (
    number:
    let
      # the tenth is on the key 0
      key = toString (lib.mod number 10);
    in
    [
      "$mod, ${key}, workspace, ${toString number}"
      "$mod SHIFT, ${key}, movetoworkspace, ${toString number}"
    ]
  ) (lib.range 1 10);
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.hyprland = {
    enable = lib.mkEnableOption "a user's part of the window manager Hyprland";

    terminal = lib.mkOption {
      type = lib.types.str;
      default = lib.getExe pkgs.foot;
      defaultText = lib.literalExpression "lib.getExe pkgs.foot";
      example = "alacritty";
      description = "The terminal of the key `SUPER+Return`.";
    };
  };

  config = lib.mkIf cfg.enable {
    wayland.windowManager.hyprland = {
      enable = true;
      # the system's own, which the login starts by UWSM; so UWSM starts the session's units, too
      package = lib.mkDefault null;
      portalPackage = lib.mkDefault null;
      systemd.enable = lib.mkDefault false;
      configType = lib.mkDefault "hyprlang";
      settings = {
        "$mod" = lib.mkDefault "SUPER";
        monitor = [ ", preferred, auto, auto" ];
        input = {
          kb_layout = lib.mkDefault desktop.keyboard.layout;
          kb_variant = lib.mkDefault desktop.keyboard.variant;
        };
        bind = [
          "$mod, Return, exec, ${cfg.terminal}"
          "$mod, D, exec, ${lib.getExe pkgs.fuzzel}"
          "$mod, Escape, exec, loginctl lock-session"
          "$mod SHIFT, Q, killactive"
          "$mod SHIFT, E, exec, uwsm stop"
          "$mod, F, fullscreen"
          "$mod SHIFT, Space, togglefloating"
          ", Print, exec, ${lib.getExe pkgs.grim} -g \"$(${lib.getExe pkgs.slurp})\" - | ${pkgs.wl-clipboard}/bin/wl-copy"
        ]
        ++ move
        ++ workspaces;
        bindm = [
          "$mod, mouse:272, movewindow"
          "$mod, mouse:273, resizewindow"
        ];
        bindel = [
          ", XF86AudioRaiseVolume, exec, wpctl set-volume --limit 1 @DEFAULT_AUDIO_SINK@ 5%+"
          ", XF86AudioLowerVolume, exec, wpctl set-volume @DEFAULT_AUDIO_SINK@ 5%-"
          ", XF86MonBrightnessUp, exec, brightnessctl set 5%+"
          ", XF86MonBrightnessDown, exec, brightnessctl set 5%-"
        ];
        bindl = [
          ", XF86AudioMute, exec, wpctl set-mute @DEFAULT_AUDIO_SINK@ toggle"
          ", XF86AudioMicMute, exec, wpctl set-mute @DEFAULT_AUDIO_SOURCE@ toggle"
          ", XF86AudioPlay, exec, playerctl play-pause"
          ", XF86AudioNext, exec, playerctl next"
          ", XF86AudioPrev, exec, playerctl previous"
        ];
      };
    };

    # in place of the links that the system's module makes
    xdg.configFile =
      lib.genAttrs
        [
          "hypr/hyprland.conf"
          "hypr/hypridle.conf"
          "hypr/hyprlock.conf"
        ]
        (_: {
          force = lib.mkDefault true;
        });

    home.packages = [
      pkgs.brightnessctl
      pkgs.playerctl
    ];

    programs.hyprlock = {
      enable = lib.mkDefault true;
      # the system's own: only that one may ask for a password
      package = lib.mkDefault null;
      settings = {
        background = [ { color = "rgb(34, 34, 34)"; } ];
        input-field = [
          {
            size = "300, 50";
            placeholder_text = "Password";
          }
        ];
      };
    };

    programs.waybar = {
      enable = lib.mkDefault true;
      systemd.enable = lib.mkDefault true;
      settings.main = lib.mapAttrs (_: lib.mkDefault) {
        modules-left = [
          "hyprland/workspaces"
          "hyprland/submap"
        ];
        modules-center = [ "hyprland/window" ];
        modules-right = [
          "tray"
          "wireplumber"
          "network"
          "battery"
          "clock"
        ];
      };
    };

    services.mako.enable = lib.mkDefault true;

    services.hypridle = {
      enable = lib.mkDefault true;
      settings = {
        general = {
          lock_cmd = lib.mkDefault "pidof hyprlock || hyprlock";
          before_sleep_cmd = lib.mkDefault "loginctl lock-session";
          after_sleep_cmd = lib.mkDefault "hyprctl dispatch dpms on";
        };
        listener = [
          {
            timeout = seconds;
            on-timeout = "loginctl lock-session";
          }
          {
            timeout = seconds + 60;
            on-timeout = "hyprctl dispatch dpms off";
            on-resume = "hyprctl dispatch dpms on";
          }
        ];
      };
    };
  };
}

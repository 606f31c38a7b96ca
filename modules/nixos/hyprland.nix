# Hyprland on Wayland, with greetd for the login, hyprlock by hypridle and Waybar. Users get links to a configuration in /etc, and
# may put files of their own in their place.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.hyprland;
  windowManager = import ./desktop/windowManager.nix { inherit lib pkgs; };
  seconds = desktop.lockMinutes * 60;

  directions = {
    left = "l";
    down = "d";
    up = "u";
    right = "r";
    H = "l";
    J = "d";
    K = "u";
    L = "r";
  };

  files = {
    "hyprland.conf" = ''
      # of nixsmith.desktop.hyprland; a file of your own in place of the link in ~/.config/hypr replaces it
      monitor = , preferred, auto, auto
      $mod = SUPER

      input {
        kb_layout = ${desktop.keyboard.layout}
        kb_variant = ${desktop.keyboard.variant}
        touchpad {
          natural_scroll = true
        }
      }

      exec-once = mako

      bind = $mod, Return, exec, foot
      bind = $mod, D, exec, fuzzel
      bind = $mod, Escape, exec, loginctl lock-session
      bind = $mod SHIFT, Q, killactive
      bind = $mod SHIFT, E, exec, uwsm stop
      bind = , Print, exec, grim -g "$(slurp)" - | wl-copy
      bind = $mod, F, fullscreen
      bind = $mod SHIFT, Space, togglefloating
      bindm = $mod, mouse:272, movewindow
      bindm = $mod, mouse:273, resizewindow

      ${lib.concatStrings (
        lib.mapAttrsToList (key: direction: ''
          bind = $mod, ${key}, movefocus, ${direction}
          bind = $mod SHIFT, ${key}, movewindow, ${direction}
        '') directions
      )}
      ${lib.concatMapStrings (
        number:
        let
          # the tenth is on the key 0
          key = toString (lib.mod number 10);
        in
        ''
          bind = $mod, ${key}, workspace, ${toString number}
          bind = $mod SHIFT, ${key}, movetoworkspace, ${toString number}
        ''
      ) (lib.range 1 10)}
      bindel = , XF86AudioRaiseVolume, exec, wpctl set-volume --limit 1 @DEFAULT_AUDIO_SINK@ 5%+
      bindel = , XF86AudioLowerVolume, exec, wpctl set-volume @DEFAULT_AUDIO_SINK@ 5%-
      bindl = , XF86AudioMute, exec, wpctl set-mute @DEFAULT_AUDIO_SINK@ toggle
      bindl = , XF86AudioMicMute, exec, wpctl set-mute @DEFAULT_AUDIO_SOURCE@ toggle
      bindl = , XF86AudioPlay, exec, playerctl play-pause
      bindl = , XF86AudioNext, exec, playerctl next
      bindl = , XF86AudioPrev, exec, playerctl previous
      bindel = , XF86MonBrightnessUp, exec, brightnessctl set 5%+
      bindel = , XF86MonBrightnessDown, exec, brightnessctl set 5%-
    '';

    "hypridle.conf" = ''
      general {
        lock_cmd = pidof hyprlock || hyprlock
        before_sleep_cmd = loginctl lock-session
        after_sleep_cmd = hyprctl dispatch dpms on
      }
      listener {
        timeout = ${toString seconds}
        on-timeout = loginctl lock-session
      }
      listener {
        timeout = ${toString (seconds + 60)}
        on-timeout = hyprctl dispatch dpms off
        on-resume = hyprctl dispatch dpms on
      }
    '';

    "hyprlock.conf" = ''
      background {
        color = rgb(34, 34, 34)
      }
      input-field {
        size = 300, 50
        placeholder_text = Password
      }
    '';
  };
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.hyprland.enable =
    lib.mkEnableOption "the window manager Hyprland with what belongs to it";

  config = lib.mkIf (cfg.enable && desktop.isOnly) {
    programs = {
      hyprland = {
        enable = true;
        # starts graphical-session.target, which bar, lock and agent belong to
        withUWSM = lib.mkDefault true;
      };
      hyprlock.enable = lib.mkDefault true;
      waybar.enable = lib.mkDefault true;
    };

    environment.systemPackages = [
      pkgs.brightnessctl
      pkgs.foot
      pkgs.fuzzel
      pkgs.grim
      pkgs.mako
      pkgs.playerctl
      pkgs.slurp
      pkgs.wl-clipboard
    ];

    environment.etc =
      lib.mapAttrs' (
        name: text: lib.nameValuePair "nixsmith/hypr/${name}" { text = lib.mkDefault text; }
      ) files
      // {
        # the one that Waybar brings is for Sway
        "xdg/waybar/config.jsonc".text = lib.mkDefault (
          builtins.toJSON {
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
          }
        );
      };

    # not in /etc/xdg: which file is read there and in a home depends on the order of their names
    systemd.user.tmpfiles.rules = map (
      name: "L %h/.config/hypr/${name} - - - - /etc/nixsmith/hypr/${name}"
    ) (builtins.attrNames files);

    services.greetd = windowManager.login "uwsm start hyprland-uwsm.desktop" config.services.displayManager.sessionData.desktops;
    services.displayManager.defaultSession = lib.mkDefault "hyprland-uwsm";

    systemd.user.services = windowManager.agent;
  };
}

# A user's part of i3: keys, bar, notifications, lock.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (config.nixsmith) desktop;
  cfg = desktop.i3;
  modifier = "Mod4";
in
{
  imports = [ ./desktop/shared.nix ];

  options.nixsmith.desktop.i3 = {
    enable = lib.mkEnableOption "a user's part of the window manager i3";

    terminal = lib.mkOption {
      type = lib.types.str;
      default = lib.getExe pkgs.alacritty;
      defaultText = lib.literalExpression "lib.getExe pkgs.alacritty";
      example = "xterm";
      description = "The terminal of the key `Mod4+Return`.";
    };
  };

  config = lib.mkIf cfg.enable {
    xsession = {
      enable = lib.mkDefault true;
      windowManager.i3 = {
        enable = true;
        config = {
          inherit modifier;
          terminal = lib.mkDefault cfg.terminal;
          menu = lib.mkDefault "${pkgs.dmenu}/bin/dmenu_run";
          keybindings = import ./desktop/keys.nix {
            inherit lib modifier;
            screenshot = "--no-startup-id ${lib.getExe pkgs.maim} --select | ${lib.getExe pkgs.xclip} -selection clipboard -target image/png";
          };
        };
      };
    };

    home = {
      keyboard = {
        layout = lib.mkDefault desktop.keyboard.layout;
        variant = lib.mkDefault desktop.keyboard.variant;
      };
      packages = [
        pkgs.brightnessctl
        pkgs.playerctl
      ];
    };

    programs.i3status.enable = lib.mkDefault true;
    services.dunst.enable = lib.mkDefault true;

    services.screen-locker = {
      enable = lib.mkDefault true;
      # the system's own: only that one may ask for a password
      lockCmd = lib.mkDefault "/run/current-system/sw/bin/i3lock --nofork --color=222222";
      inactiveInterval = lib.mkDefault desktop.lockMinutes;
    };
  };
}

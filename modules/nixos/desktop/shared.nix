# What every desktop needs whatever it is called: sound, fonts, portals, a network, and the keyboard's layout.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.desktop;

  enabled = builtins.filter (name: cfg.${name}.enable) (
    builtins.attrNames (
      removeAttrs cfg [
        "isOnly"
        "keyboard"
        "lockMinutes"
      ]
    )
  );
in
{
  options.nixsmith.desktop = {
    isOnly = mkOption {
      type = types.bool;
      default = builtins.length enabled == 1;
      internal = true;
      readOnly = true;
      description = "Whether one desktop is enabled. Of two neither is applied, so that the assertion says it, and no conflict deep in NixOS.";
    };

    keyboard = {
      layout = mkOption {
        type = types.str;
        default = "us";
        example = "de,us";
        description = "Layouts of the keyboard by their names in XKB, separated by commas; the first is the one at the start.";
      };

      variant = mkOption {
        type = types.str;
        default = "";
        example = "nodeadkeys,";
        description = "Variants of the layouts, in the same order.";
      };
    };

    lockMinutes = mkOption {
      type = types.ints.between 1 240;
      default = 10;
      example = 5;
      description = "Minutes without input until the screen is locked, for the desktops that have no settings of their own for it (i3, Sway, Hyprland).";
    };
  };

  config = lib.mkIf (enabled != [ ]) {
    assertions = [
      {
        assertion = cfg.isOnly;
        message = "One desktop at a time, for each brings its own login and lock: ${
          lib.concatMapStringsSep " and " (name: "nixsmith.desktop.${name}.enable") enabled
        } are set.";
      }
      {
        assertion =
          cfg.keyboard.variant == ""
          ||
            builtins.length (lib.splitString "," cfg.keyboard.variant)
            == builtins.length (lib.splitString "," cfg.keyboard.layout);
        message = "nixsmith.desktop.keyboard.variant has another number of commas than nixsmith.desktop.keyboard.layout.";
      }
    ];

    services.xserver.xkb = {
      layout = mkDefault cfg.keyboard.layout;
      variant = mkDefault cfg.keyboard.variant;
    };
    console.useXkbConfig = mkDefault true;

    # realtime scheduling for sound
    security.rtkit.enable = mkDefault true;
    services.pipewire = {
      enable = mkDefault true;
      alsa.enable = mkDefault true;
      pulse.enable = mkDefault true;
    };

    fonts = {
      enableDefaultPackages = mkDefault true;
      packages = [
        pkgs.noto-fonts
        pkgs.noto-fonts-cjk-sans
        pkgs.noto-fonts-color-emoji
      ];
    };

    security.polkit.enable = mkDefault true;
    xdg.portal.enable = mkDefault true;
    hardware.graphics.enable = mkDefault true;
    networking.networkmanager.enable = lib.mkIf (!config.networking.useNetworkd) (mkDefault true);
  };
}

# As it is, with a keyboard of another country and little patience.
{
  tree = [
    "desktop"
    "hyprland"
  ];

  example.nixsmith.desktop = {
    hyprland.enable = true;
    keyboard.layout = "de";
    lockMinutes = 5;
  };

  etc = [
    "nixsmith/hypr/hypridle.conf"
    "nixsmith/hypr/hyprland.conf"
    "nixsmith/hypr/hyprlock.conf"
    "xdg/waybar/config.jsonc"
  ];
  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        hyprland.enable = true;
        i3.enable = true;
      };
      names = "nixsmith.desktop.hyprland.enable";
    };
    variants-of-nothing = {
      config.nixsmith.desktop = {
        hyprland.enable = true;
        keyboard.variant = "nodeadkeys,";
      };
      names = "nixsmith.desktop.keyboard.variant";
    };
  };
  mistyped.a-word.enable = "yes";
}

# As it is, with a keyboard of another country and little patience.
{
  tree = [
    "desktop"
    "sway"
  ];

  example.nixsmith.desktop = {
    sway.enable = true;
    keyboard.layout = "de";
    lockMinutes = 5;
  };

  etc = [
    "sway/config"
  ];
  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        sway.enable = true;
        hyprland.enable = true;
      };
      names = "nixsmith.desktop.sway.enable";
    };
    variants-of-nothing = {
      config.nixsmith.desktop = {
        sway.enable = true;
        keyboard.variant = "nodeadkeys,";
      };
      names = "nixsmith.desktop.keyboard.variant";
    };
  };
  mistyped.a-word.enable = "yes";
}

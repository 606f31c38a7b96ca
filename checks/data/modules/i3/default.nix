# As it is, with a keyboard of another country and little patience.
{
  tree = [
    "desktop"
    "i3"
  ];

  example.nixsmith.desktop = {
    i3.enable = true;
    keyboard.layout = "de";
    lockMinutes = 5;
  };

  etc = [
    "i3/config"
  ];
  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        i3.enable = true;
        sway.enable = true;
      };
      names = "nixsmith.desktop.i3.enable";
    };
    variants-of-nothing = {
      config.nixsmith.desktop = {
        i3.enable = true;
        keyboard.variant = "nodeadkeys,";
      };
      names = "nixsmith.desktop.keyboard.variant";
    };
  };
  mistyped.a-word.enable = "yes";
}

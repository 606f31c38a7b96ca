# As it is, with a keyboard of another country.
{
  tree = [
    "desktop"
    "xfce"
  ];

  example.nixsmith.desktop = {
    xfce.enable = true;
    keyboard.layout = "de";
  };

  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        xfce.enable = true;
        cosmic.enable = true;
      };
      names = "nixsmith.desktop.xfce.enable";
    };
  };
  mistyped.a-word.enable = "yes";
}

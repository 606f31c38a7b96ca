# As it is, with a keyboard of another country.
{
  tree = [
    "desktop"
    "plasma"
  ];

  example.nixsmith.desktop = {
    plasma.enable = true;
    keyboard.layout = "de";
  };

  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        plasma.enable = true;
        gnome.enable = true;
      };
      names = "nixsmith.desktop.plasma.enable";
    };
  };
  mistyped.a-word.enable = "yes";
}

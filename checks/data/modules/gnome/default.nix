# As it is, with a keyboard of another country.
{
  tree = [
    "desktop"
    "gnome"
  ];

  example.nixsmith.desktop = {
    gnome.enable = true;
    keyboard.layout = "de";
  };

  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        gnome.enable = true;
        xfce.enable = true;
      };
      names = "nixsmith.desktop.gnome.enable";
    };
  };
  mistyped.a-word.enable = "yes";
}

# As it is, with a keyboard of another country.
{
  tree = [
    "desktop"
    "cosmic"
  ];

  example.nixsmith.desktop = {
    cosmic.enable = true;
    keyboard.layout = "de";
  };

  values = config: import ../../../support/desktop.nix config;

  refused = {
    two-desktops = {
      config.nixsmith.desktop = {
        cosmic.enable = true;
        plasma.enable = true;
      };
      names = "nixsmith.desktop.cosmic.enable";
    };
  };
  mistyped.a-word.enable = "yes";
}

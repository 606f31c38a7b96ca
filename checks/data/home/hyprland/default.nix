# With a keyboard of another country and little patience.
{
  tree = [
    "desktop"
    "hyprland"
  ];
  example.nixsmith.desktop = {
    hyprland.enable = true;
    keyboard = {
      layout = "de";
      variant = "nodeadkeys";
    };
    lockMinutes = 5;
  };
  mistyped = {
    a-word.enable = "yes";
    several-terminals.terminal = [ "foot" ];
  };
}

# What the users' parts of the desktops have in common: the keyboard and the time until the lock.
{ lib, ... }:

let
  inherit (lib) mkOption types;
in
{
  options.nixsmith.desktop = {
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
      description = "Minutes without input until the screen is locked.";
    };
  };
}

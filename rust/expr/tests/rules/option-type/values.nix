{ lib, ... }:
with lib;
{
  options.a = mkOption { description = "A."; };
  options.b = lib.mkOption {
    default = 1;
    description = "B.";
    internal = false;
  };
}

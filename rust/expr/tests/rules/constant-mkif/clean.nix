{ lib, mkIf, true, ... }:
{
  # another `true`, and another `mkIf`
  a = lib.mkIf true 1;
  b = mkIf false 2;
  c = lib.mkIf cfg.true 3;
  none = lib.mkIf false null;
  function = lib.mkIf;
}

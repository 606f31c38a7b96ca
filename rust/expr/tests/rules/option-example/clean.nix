{ lib, ... }:
{
  options.a = lib.mkOption { type = lib.types.bool; description = "A."; };
  options.b = lib.mkOption { type = lib.types.str; example = "x"; description = "B."; };
}

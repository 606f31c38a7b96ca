{ lib, ... }:
{
  a = lib.mkOption {
    type = lib.types.bool;
    default = false;
    description = "Whether to enable the daemon of \"this\".";
  };
  b = lib.mkOption { type = lib.types.bool; default = false; example = true; description = ''
    Whether to enable b.
  ''; };
}

{ lib, ... }:
{
  a = lib.mkOption { type = lib.types.bool; default = true; description = "Whether to enable a."; };
  b = lib.mkOption { type = lib.types.bool; default = false; description = "Whether b is on."; };
  c = lib.mkOption { type = lib.types.bool; default = false; description = "Whether to enable c. It is slow."; };
  d = lib.mkOption { type = lib.types.bool; default = false; internal = true; description = "Whether to enable d."; };
}

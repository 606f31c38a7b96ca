{ lib, ... }:
{
  options.a = lib.mkOption { type = with lib.types; attrsOf (listOf str); description = "A."; };
}

{ lib, ... }:
with lib.types;
{
  a = lib.types.string;
  b = nullOr string;
  c = lib.types.listOf lib.types.string;
}

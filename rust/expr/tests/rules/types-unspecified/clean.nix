{ lib, raw, ... }:
{
  a = lib.types.str;
  b = raw;
}

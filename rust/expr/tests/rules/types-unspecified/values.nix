{ lib, ... }:
{
  a = lib.types.unspecified;
  b = lib.types.raw;
}

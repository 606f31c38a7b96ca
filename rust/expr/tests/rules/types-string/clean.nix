{ lib, types, string, ... }:
{
  a = types.string;
  b = string;
  c = lib.types.str;
  d = lib.strings.string;
  e = with types.other; string;
}

{ lib, attrs, ... }:
{
  a = lib.types.attrsOf lib.types.str;
  b = attrs;
  c = lib.licenses.attrs;
}

{ lib, width }:
let
  value = vlaue;
  a = attrNames { };
  b = { inherit missing; };
  c = width-1;
  d = x: y;
  e = rec { x = 1; f = z; };
in
value ++ a ++ lib.attrNames b ++ [ (map mapp c) ] ++ d ++ e

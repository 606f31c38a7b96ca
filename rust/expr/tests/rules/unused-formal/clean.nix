{ a, b ? a, _c, ... }@args:
{
  d = { config, lib, pkgs, ... }: b;
  e = map ({ x, y }: x) [ ];
  f = { z, ... }@whole: whole;
  g = args;
}

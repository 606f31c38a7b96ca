{ config, pkgs, ... }:
{
  a = config.b;
  c = { lib }: pkgs.d;
  e = { lib, ... }@args: args;
  f = { other, ... }: 1;
}

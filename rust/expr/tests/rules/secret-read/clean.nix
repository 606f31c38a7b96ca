{ config, name, ... }:
{
  a = builtins.readFile ./secrets/host.pub;
  b = builtins.readFile ./config.toml;
  c = builtins.readFile config.environment.etc.x.source;
  d = builtins.readFile name;
  e = builtins.readFile ./keyboard.txt;
}

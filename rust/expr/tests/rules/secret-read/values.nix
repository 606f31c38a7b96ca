{ config, lib, ... }:
{
  a = builtins.readFile ./secrets/database;
  b = lib.fileContents "/etc/keys/host.key";
  c = builtins.readFile config.age.secrets.token.path;
  d = builtins.readFile ../admin-password.txt;
}

{ pkgs, name, toFile, ... }:
{
  a = builtins.toFile "a" "hello ${name} ${pkgs.hello.version}";
  b = toFile "b" "${pkgs.hello}";
  c = pkgs.writeText "c" "${pkgs.hello}";
  d = builtins.toFile "d" (builtins.readFile ./d);
}

{ pkgs, ... }:
{
  a = builtins.toFile "greet.sh" "${pkgs.hello}/bin/hello";
  b = __toFile "x" ''
    #!${pkgs.runtimeShell}
    exec ${pkgs.hello + "/bin/hello"}
  '';
}

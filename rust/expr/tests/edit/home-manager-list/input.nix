{ pkgs, ... }:
{
  home.packages = [
    pkgs.ripgrep
    (pkgs.writeShellScriptBin "hello" ''
      echo hi
    '')
  ];
}

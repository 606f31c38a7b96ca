{ pkgs, ... }:
{
  home.username = "alice";
  home.homeDirectory = "/home/alice";
  home.packages = [
    pkgs.ripgrep
    (pkgs.writeShellScriptBin "hello" ''
      echo hi
    '')
  ];
  programs = {
    git = {
      enable = true;
    };
    fish = {
      enable = true;
    };
    direnv = {
      enable = true;
    };
  };
}

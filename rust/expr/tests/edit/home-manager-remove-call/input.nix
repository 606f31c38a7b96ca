{ pkgs, ... }:
{
  home.packages = [
    pkgs.ripgrep
    # says hi
    (pkgs.writeShellScriptBin "hello" "echo hi") # really
  ];
}

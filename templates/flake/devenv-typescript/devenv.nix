# The shell, in devenv's modules.
{ pkgs, ... }:

{
  languages.javascript = {
    enable = true;
    package = pkgs.nodejs;
    npm.enable = true;
  };
  languages.typescript.enable = true;

  scripts.greet.exec = ''
    tsc && node dist/main.js "$@"
  '';

  enterTest = ''
    tsc
    node --test dist/*.test.js
  '';
}

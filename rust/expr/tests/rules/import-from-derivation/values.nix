{ pkgs, lib, runCommand, fetchFromGitHub, ... }:
let
  generated = pkgs.runCommand "generated.nix" { } "echo { } > $out";
in
{
  a = import generated;
  b = import (runCommand "x" { } "touch $out") { };
  c = builtins.readFile "${pkgs.hello}/share/doc";
  d = lib.importJSON "${fetchFromGitHub { owner = "a"; }}/package.json";
  e = builtins.readDir (pkgs.hello.src + "/locales");
}

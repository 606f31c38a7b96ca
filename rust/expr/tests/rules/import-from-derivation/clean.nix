{ pkgs, lib, inputs, src, generated, ... }:
{
  a = import ./generated.nix;
  b = import "${inputs.nixpkgs}/nixos";
  c = import (builtins.fetchTarball { url = "https://example.org/a.tar.gz"; sha256 = "x"; });
  d = import pkgs.path { };
  e = builtins.readFile "${src}/x";
  f = import generated;
  g = import "${pkgs.path}/nixos/lib/eval-config.nix";
  h = builtins.readFile "${builtins.fetchurl { url = "https://example.org/a"; sha256 = "x"; }}";
  i = pkgs.runCommand "x" { } "cat ${pkgs.hello}/x > $out";
}

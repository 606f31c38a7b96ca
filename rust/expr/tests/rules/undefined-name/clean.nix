{ lib, pkgs, ... }@args:
let
  f = { a, b ? a }@c: a + b + c.a;
  g = with pkgs; hello;
  h = with lib; x: types;
  i = rec { x = y; y = 1; };
  j = { x.y = 1; inherit (lib) z; "${f}" = 2; };
  k = lib.u.v or (i ? w);
  l = <nixpkgs> + __currentSystem + builtins.attrNames i;
in
[ args f g h i j k l __curPos true null (throw "no") (with pkgs; [ hello ]) ]

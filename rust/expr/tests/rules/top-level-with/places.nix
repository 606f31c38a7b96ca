{ lib, ... }:
with lib;
let
  a = mkOption { };
in
with types;
{ inherit a; }

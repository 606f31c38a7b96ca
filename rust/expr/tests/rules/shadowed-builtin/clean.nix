{ lib, fetchTarball, derivation }:
let
  inherit (builtins) map;
  inherit (lib.lists) toString;
  throw = lib.throw;
in
rec { import = 1; null = map; x = toString throw fetchTarball; }

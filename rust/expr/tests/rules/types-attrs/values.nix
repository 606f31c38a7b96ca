{ lib, ... }:
let
  inherit (lib) types;
in
{
  a = types.attrs;
  b = with types; listOf attrs;
}

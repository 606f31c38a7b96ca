{ lib, x ? with lib; types, ... }:
let
  a = with lib; types;
in
assert with lib; true;
{
  b = with lib; mkOption { };
}

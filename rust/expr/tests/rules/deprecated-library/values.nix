{ lib, ... }:
let
  inherit (lib) fold mapAttrs;
in
{
  a = lib.fold (a: b: a + b) 0 [ 1 ];
  b = lib.lists.fold (a: b: a + b) 0 [ 1 ];
  c = lib.literalExample "c";
  d = lib.isCoercibleToString 1;
  e = lib.mkAliasIfDef;
  f = lib.nixpkgsVersion;
  g = fold;
}

{ lib, fold, set, ... }:
{
  a = lib.foldr (a: b: a + b) 0 [ 1 ];
  b = fold;
  c = set.fold;
  d = set.lib-fold;
  e = { fold = 1; }.fold;
}

{ lib, c, ... }:
{
  a = lib.mkIf c (lib.mkForce 1);
  b = lib.mkForce (lib.mkBefore [ 1 ]);
  # for a set of options and for a submodule this works
  d = lib.mkForce (lib.mkIf c { x = 1; });
  e = lib.mkMerge [ (lib.mkForce 1) ];
  f = lib.mkForce c;
}

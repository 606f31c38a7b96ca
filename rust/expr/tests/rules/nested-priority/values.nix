{ lib, c, ... }:
with lib;
{
  a = lib.mkForce (lib.mkForce 1);
  b = mkDefault (mkForce { x = 1; });
  d = mkOverride 10 (lib.mkDefault (c 1));
  e = mkForce (mkIf c 1);
  f = mkBefore (mkForce [ 1 ]);
  g = mkAfter (mkAfter [ 1 ]);
}

{ b, pkgs }:
{
  same = let a = 1; in let a = 2; in a;
  captured = let a = b; in let b = 2; in a + b;
  inherited = let a = 1; in let inherit a; in a;
  inherited-outside = let inherit (pkgs) a; in let pkgs = 1; in a + pkgs;
  with-captured = with pkgs; let a = c; in let c = 1; in a + c;
  parens = let a = 1; in [ (let b = a; in b) ];
  special = let a = 2 - 1; in let __sub = _: _: 1; in a - 1;
}

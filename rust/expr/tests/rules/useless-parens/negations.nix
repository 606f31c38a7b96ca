#@ evaluate
let
  x = { a = true; b = 1; };
in
[ (!(x.a)) (!(x ? a)) (-(x.b)) (!(true)&&x.a) (if !(x.a)then 1 else 2) ]

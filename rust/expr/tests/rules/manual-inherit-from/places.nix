#@ evaluate
let
  x = { a = 1; b.c = 2; "d e" = 3; };
  a = x.a;
  c = x.b.c;
  f = y: y;
in
{
  a = x.a;
  c = x.b.c;
  "d e" = x."d e";
  b = (f x).b;
  g = { inherit c; };
  r = rec {
    b = x.b;
    z = b.c;
  };
  e = a;
}

#@ evaluate
let
  b = 1;
in
rec {
  a = b;
  c = rec /* why */ { d = b; inherit b; };
  e = rec { f = (x: x) 1; };
  g.h = rec { i = 2; };
}

#@ evaluate
let
  a = 1;
  b = 2;
  f = { c }: {
    c = c;
    "a" = a;
    d = { b = b; };
  };
in
with { z = 1; };
f { c = 3; } // { z = z; } // { a /* why */ = a; }

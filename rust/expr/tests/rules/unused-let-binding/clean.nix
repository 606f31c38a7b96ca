let
  a = 1;
  _b = 2;
  __sub = x: y: x + y;
  stdenv = throw "use the other one";
  c = n: if n == 0 then 0 else c (n - 1);
  d.e = 1;
  inherit (d) f;
  "g" = 2;
in
{ inherit a; h = c d; } // { inherit f; i = { inherit g; }; }

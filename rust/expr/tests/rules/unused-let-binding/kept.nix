#@ evaluate
let
  message = "not this one";
  stdenv = throw message;
  # spoken of
  a = b + c;
  b = 1;
  c = d;
  d = 2;
  e = f;
  f = a;
  _g = h;
  h = 3;
  inherit (i) j k;
  i = { j = 4; k = 5; };
in
k

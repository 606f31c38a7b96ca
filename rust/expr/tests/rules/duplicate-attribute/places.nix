{
  a = 1;
  b.c = 1;
  a = 2;
  b.c = 2;
  b = { d = 1; c = 3; };
  inherit a;
  e = { f = 1; };
  e.f.g = 2;
  h.i = 1;
  h.i.j = 2;
  "k" = 1;
  k = 2;
  l = rec { m = 1; };
  l = { n = 2; };
  o = let x = 1; x = 2; in x;
  p = { q = { r = 1; }; };
  p = { q = { s = 1; }; };
  p = { q = { s = 1; }; };
  ${"a"} = 1;
  inherit b t t;
  u = [ ];
  u.${"v"} = 1;
}

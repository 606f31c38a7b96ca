{
  a = rec { b = 1; c = b; };
  d = rec { b = 1; e = { inherit b; }; };
  f = rec { g = 1; };
  f.h = g;
  i = rec { __overrides = { j = 1; }; j = 2; };
  k = { l = rec { m = 1; }; };
  k.l.n = m;
}

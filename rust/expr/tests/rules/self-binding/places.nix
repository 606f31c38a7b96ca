let
  a = a;
  b = (b);
in
rec {
  c = c;
  "d" = d;
  e = let { body = body; };
}

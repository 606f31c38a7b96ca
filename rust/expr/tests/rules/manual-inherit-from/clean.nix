{ x }:
{
  a = x.b;
  b = x.b or 1;
  c.d = x.d;
  ${"e"} = x.e;
  f = x.${"f"};
  inherit (x) g;
}

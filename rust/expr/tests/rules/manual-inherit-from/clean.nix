{ x }:
{
  a = x.b;
  b = x.b or 1;
  c.d = x.d;
  ${"e" + "f"} = x.e;
  f = x.${"f" + "g"};
  inherit (x) g;
}

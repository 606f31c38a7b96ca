{ a, b }:
{
  a = a;
  c = rec {
    inherit a;
    b.b = b;
    d = x: d;
  };
}

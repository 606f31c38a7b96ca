{ f }:
{
  a = x: x x;
  b = x: f.g x;
  c = x: f (x);
  d = x: f x x;
  e = { x }: f x;
  g = x: y: f x;
}

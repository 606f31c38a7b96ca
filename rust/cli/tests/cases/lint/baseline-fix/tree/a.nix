{ x, y }:
{
  a = y == true;
  b = x;
  c = x;
}

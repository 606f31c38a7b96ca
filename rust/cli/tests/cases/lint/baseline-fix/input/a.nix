{ x, y }:
{
  a = y == true;
  b = x == true;
  c = x == true;
}

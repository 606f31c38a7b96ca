{ x }:
# one more line
{
  a = x == true;
  b = x == true;
}

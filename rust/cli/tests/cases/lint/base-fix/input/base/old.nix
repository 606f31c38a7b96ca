{ x }:
{
  a = x == true;
}

{
  base,
  suffix ? "",
}:
{
  place = "he/hello" + suffix;
  inherit base;
}

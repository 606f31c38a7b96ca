let
  a = 1;
in
{
  b = a;
  a.a = a;
  c = (a);
  d = rec { a = b; b = 2; };
  ${"a" + "b"} = a;
  inherit a;
}

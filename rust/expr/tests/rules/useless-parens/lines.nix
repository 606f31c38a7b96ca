#@ evaluate
{
  a = (
    1
  );
  b = (
    # why
    2
  );
  c = (
    3 # what
  );
  d = "${(if true then "x" else "y")}";
  f =(x: x) 1;
  g = let y = 1; in(y);
  h = ( { z = 1; } ).z;
}

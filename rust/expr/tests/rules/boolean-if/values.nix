{ a, b, f }:
{
  c = if a then true else false;
  d = if a && b then false else true;
  e = if f a then false else true;
  g = [ (if a then true else false) ];
  h = x: if x ? y then false else true;
  # a comment inside stays, and so does the `if`
  i = if a then true /* why */ else false;
}

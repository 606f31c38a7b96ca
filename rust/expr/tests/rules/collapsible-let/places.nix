#@ evaluate
let
  a = 1;
in
let
  b = a;
in
{
  inherit a b;
  c = let x = 1; in let y = x; z = y; in let u = z; in u;
  d =
    let
      x = 1; # one
    in # why
    let
      # two
      y = 2;
    in
    x + y;
}

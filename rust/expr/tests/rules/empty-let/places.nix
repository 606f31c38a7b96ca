#@ evaluate
{
  a = let in 1 + 2;
  b = let
  in
    [ 1 ];
  c = let
    # why
    in 3;
  d = map (x: let in x) [ 1 ];
  e = let in let in 4;
}

#@ evaluate
let
  f = { a, b, c ? 1, d, ... }: a;
  g = {
    a,
    b, # about b
    c,
    # about d
    d,
    e,
    ...
  }: d;
  h = { a
  , b
  , c
  , ...
  }: c;
  i = { a, ... }: 1;
  args = { a = 1; b = 2; c = 3; d = 4; e = 5; };
in
[ (f args) (g args) (h args) (i args) ]

#@ evaluate
let
  a = 1;
  b = 2;
  f = x: x;
in
[
  (!(a == b))
  (if !(a != b) then 1 else 2)
  (!(a < b) && !(a <= b) || !(a > b))
  (f (!(a >= b)))
  (!(a == b) == true)
  (!!(a == b))
  (!( # why
    a == b
  ))
  (!(a == (b == 1)))
]

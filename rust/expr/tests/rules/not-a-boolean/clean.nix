{ x, null }:
assert x;
[ (if x then 1 else 2) (!null) (x && true) (x == 1) (-1) (x ++ [ ]) (if "a" == x then 1 else 2) ]

{ x }:
assert 1;
[ (if "a" then 1 else 2) (!null) (x && [ ]) (({ }) || x) (x -> ./a) (if (y: y) then 1 else 2) ]

#@ evaluate
let
  a = true;
  f = x: x == a;
in
[
  (if a then true else false)
  (if f false then false else true)
  (if a -> false then false else true)
  (let b = if f a then(true)else(false); in b)
]

{ x }:
[
  (x 1)
  ({ __functor = self: y: y; } x)
  ({ ${x} = 1; } x)
  ({ inherit (x) __functor; } x)
  ((y: y) x)
  ((if x then x else x) x)
  1
  2
]

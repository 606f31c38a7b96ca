{ x, y }:
[
  (if x ? a then y.a else 0)
  (if x ? a then x.b else 0)
  (if x ? a then x.a.b else 0)
  (if x ? a && y then x.a else 0)
  (if x ? a then x.a or 1 else 0)
  (if !(x ? a) then x.a else 0)
  (if x ? a then x.a else if y then 1 else 2)
  (if x.a ? b then x.b else 0)
  (if x.a ? b then x.a.c else 0)
  (x.a or 0)
]

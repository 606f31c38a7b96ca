#@ evaluate
let
  x = { a = 1; b.c = 2; b.a = 3; };
  n = "a";
in
[
  (if x ? a then x.a else 0)
  (if x?b.c then x.b.c else (if x ? d then x.d else 3))
  (if !(x ? e) then 4 else x.e)
  (if (x ? ${n}) then (x).${n} else 5)
  (if x ? f then x.f else n + n)
  (if x.b ? c then x.b.c else 7)
  (if x.b ? ${n} then (x).b.${n} else throw "no")
  (if n ? a then n.a else 6)
  (if x ? a then x.a /* why */ else 0)
]

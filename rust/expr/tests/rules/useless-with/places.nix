#@ evaluate
let
  x = { a = 1; };
in
[
  (with x; x.a)
  (with throw "not evaluated"; [ true null ])
  (with x; let a = 2; in a)
  (with x; with { b = 3; }; b)
  (with /* why */ x; 1)
]
++ (
  with x;

  map toString [ 1 ]
)

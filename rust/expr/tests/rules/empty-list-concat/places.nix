#@ evaluate
let x = [ 1 ]; f = a: a; in
[
  ([ ] ++ x)
  (x ++ [])
  (x ++ [ ] ++ x)
  ([ ] ++ [ ])
  (f x ++ [ ])
  ([ /* why */ ] ++ x)
  ([ ] ++ [ 1 /* what */ ])
]

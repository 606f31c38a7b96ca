#@ evaluate
let x = { a = 1; }; f = y: y; in
[
  ({ } // x)
  (x // {})
  (x // { } // x)
  (f x // { })
  ({ /* why */ } // x)
  ({ } // { b = 1; /* kept */ })
  ({ } // { })
]

#@ evaluate
let x = null; y.z = 1; in
[
  (isNull x)
  (builtins.isNull y.z)
  (if isNull (x) && !isNull y.z then 1 else 2)
  (!isNull x)
  (isNull x == true)
  (map isNull [ x ])
  (isNull y.w or null)
  (isNull /* why */ x)
  [ (isNull x) ]
  (let null = 1; in isNull x)
]

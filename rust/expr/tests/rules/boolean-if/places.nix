#@ evaluate
let
  x = 1;
in
[
  (if x == 1 then true else false)
  (if x == 1 then false else true)
  (if !(x ? a) then false else true)
  (if x == 1 -> false then true else false)
  (if true then true else if false then true else false)
  (if x == 1 then true /* why */ else false)
]

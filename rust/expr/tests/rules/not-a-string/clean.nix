{ x, null }:
[
  ("a" + toString 1)
  (1 + 2)
  (x + 1)
  (1 + x + "a")
  "b ${x} ${toString 1} ${{ outPath = "c"; }} ${if true then x else "d"} ${null}"
  (x."${"a"}")
  (./. + "/e")
]

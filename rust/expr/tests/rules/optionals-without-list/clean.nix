{ lib, withGui, gtk }:
[
  (lib.optionals withGui [ gtk ])
  (lib.optionals withGui gtk)
  (lib.optional withGui "gtk")
  (lib.optionals "x")
]

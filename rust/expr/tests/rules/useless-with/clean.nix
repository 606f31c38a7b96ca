{ lib, x }:
[
  (with lib; a)
  (with lib; x: { inherit b; })
  (with lib; with x; c)
  (with lib; [ "${d}" ])
]

{ lib, withGui, optionals }:
[
  (lib.optionals withGui "gtk")
  (optionals withGui ./gtk.patch)
  (lib.optionals withGui (''
    text
  ''))
]

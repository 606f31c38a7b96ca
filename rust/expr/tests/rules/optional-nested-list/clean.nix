{ lib, withGui, gtk3, glib, optionals }:
[
  (lib.optionals withGui [ gtk3 glib ])
  (lib.optional withGui gtk3)
  (lib.optional withGui (f [ gtk3 ]))
  (optionals [ ])
]

{ lib, withGui, gtk3, glib, optional }:
[
  (lib.optional withGui [ gtk3 glib ])
  (optional withGui ([ gtk3 ]))
]

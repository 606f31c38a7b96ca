let
  self = { a = 1; };
in
self

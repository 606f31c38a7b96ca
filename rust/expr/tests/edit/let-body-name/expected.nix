let
  self = { a = 2; };
in
self

{ import, ... }:
let
  map = { a = 1; };
  inherit (map) throw;
in
null: [ import map throw null ({ ... }@toString: toString) ]

let
  inherit ({ a = 1; }) a;
in
let b = a; in b

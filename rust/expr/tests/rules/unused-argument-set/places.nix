#@ evaluate
let
  a = { x, ... }@args: x;
  b = args@{ x, ... }: x;
  c = { x, ... } @ args : x;
  d = args /* why */ @ { x, ... }: x;
in
map (f: f { x = 1; y = 2; }) [ a b c d ]

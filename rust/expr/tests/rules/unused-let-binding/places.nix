#@ evaluate
let
  used = 1;
  unused = { x = throw "not evaluated"; };
  # spoken of
  spoken = 2;
  trailing = 3; # behind

  cycle-a = x: cycle-b x;
  cycle-b = x: cycle-a x;
  chain = link;
  link = { };
  set.a = 1;
  set.b = set.a;
  inherit ({ p = 1; q = 2; r = 3; }) p q r;
  inherit ({ s = 1; }) s;
in
{
  inherit used;
  whole = let a = 1; b = a; in [ 1 ];
  line = let a = 1; b = 2; c = 3; in b;
  q = q;
}

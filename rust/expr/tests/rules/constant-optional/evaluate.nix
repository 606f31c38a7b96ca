#@ evaluate
let
  lib.optional = c: x: if c then [ x ] else [ ];
  lib.optionals = c: x: if c then x else [ ];
  lib.optionalString = c: x: if c then x else "";
  lib.optionalAttrs = c: x: if c then x else { };
  f = x: x;
in
{
  a = lib.optional true (f 1) ++ lib.optional false (throw "never") ++ lib.optionals true(f [ 2 ]);
  b = lib.optionalString true"x" + lib.optionalString false (f "y");
  c = lib.optionalAttrs true { a = 1; } // lib.optionalAttrs false { b = 1; };
}

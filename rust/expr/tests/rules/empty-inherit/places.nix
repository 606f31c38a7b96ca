#@ evaluate
let
  inherit;
  a = 1;
in
{
  inherit (throw "not looked at");
  inherit a;
  b = { inherit; };
  # why
  inherit;
}

#@ evaluate
let
  # as it was when it did nothing
  lib.mdDoc = text: text;
  f = x: x + "!";
in
{
  a = lib.mdDoc "A.";
  b = f (lib.mdDoc"B.");
  c = f (lib.mdDoc (f "C."));
}

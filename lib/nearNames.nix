/**
  The known names that somebody may have meant, for error messages.

  # Inputs

  `lib`: the library of nixpkgs.
  `known`: list of names.
  `name`: what was written.

  # Output

  At most three names of `known`, the nearest first: those at most three edits away, or two for a name of up to five letters, and
  those which begin with what was written.

  # Example

  nearNames { inherit lib; known = [ "python" "rust" ]; name = "pyhton"; }  =>  [ "python" ]
*/
{
  lib,
  known,
  name,
}:

let
  length = builtins.stringLength name;
  furthest = if length <= 5 then 2 else 3;
  # what is much shorter or longer needs no look
  isComparable =
    other:
    let
      difference = builtins.stringLength other - length;
    in
    difference <= furthest && -difference <= furthest;

  distances = lib.concatMap (
    other:
    let
      distance = if isComparable other then lib.strings.levenshtein name other else furthest + 1;
    in
    if distance <= furthest then
      [ { inherit other distance; } ]
    else if length >= 3 && lib.hasPrefix name other then
      [
        {
          inherit other;
          distance = furthest + 1;
        }
      ]
    else
      [ ]
  ) known;
in
map (each: each.other) (
  lib.take 3 (builtins.sort (first: second: first.distance < second.distance) distances)
)

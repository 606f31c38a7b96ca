{ a, true }:
{
  # not Nix' own
  b = if a then true else false;
  c = if a then false else null;
  d = if a then "true" else "false";
}

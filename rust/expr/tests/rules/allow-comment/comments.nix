#@ with: bool-comparison
{ a }:
{
  # nixsmith: allow(bool-comparison) generated
  b = {
    c = a == true;
    d = a == false;
  };
  e = a == true; # nixsmith: allow(bool-comparison) generated too
  f = a == true; # nixsmith: allow(bool-comparison)
  # nixsmith: allow(bool-comparison, no-such-rule) nothing here
  g = 1;
  # nixsmith: allow bool-comparison
  h = a == true;
  /* nixsmith: allow(useless-parens) that rule is not chosen */
  i = (1);
}

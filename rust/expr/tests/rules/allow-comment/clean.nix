#@ with: bool-comparison
# nixsmith: allow(bool-comparison) the whole file is generated
{ a }:
{
  b = a == true;
}

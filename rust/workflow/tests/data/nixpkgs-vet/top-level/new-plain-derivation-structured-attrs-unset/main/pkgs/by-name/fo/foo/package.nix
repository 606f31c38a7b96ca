{ }:
# A "plain" derivation without `overrideAttrs`
{
  type = "derivation";
  # No __structuredAttrs
  strictDeps = true;
}

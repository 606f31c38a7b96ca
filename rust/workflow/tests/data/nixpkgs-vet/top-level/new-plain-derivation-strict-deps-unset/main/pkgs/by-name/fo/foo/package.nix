{ }:
# A "plain" derivation without `overrideAttrs`
{
  type = "derivation";
  __structuredAttrs = true;
  # No strictDeps
}

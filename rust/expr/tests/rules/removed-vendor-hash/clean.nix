{ buildGoModule, call }:
{
  a = buildGoModule { vendorHash = null; };
  b = call { vendorSha256 = "x"; };
}

{ buildGoModule, rustPlatform }:
{
  a = buildGoModule { vendorSha256 = "0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5"; };
  b = rustPlatform.buildRustPackage { cargoSha256 = "x"; };
}

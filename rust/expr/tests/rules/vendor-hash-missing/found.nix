{ buildGoModule, rustPlatform, buildNpmPackage }:
{
  a = buildGoModule { pname = "a"; };
  b = rustPlatform.buildRustPackage (finalAttrs: { name = "b"; });
  c = buildNpmPackage { pname = "c"; };
}

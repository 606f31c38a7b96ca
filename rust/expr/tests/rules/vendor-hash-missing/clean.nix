{ buildGoModule, rustPlatform, buildNpmPackage, args, vendorHash }:
{
  a = buildGoModule { inherit vendorHash; };
  b = rustPlatform.buildRustPackage { cargoLock.lockFile = ./Cargo.lock; };
  c = buildNpmPackage (args // { pname = "c"; });
  d = buildGoModule args;
}

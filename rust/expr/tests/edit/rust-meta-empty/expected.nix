{ lib, rustPlatform }:

rustPlatform.buildRustPackage {
  pname = "thing";
  version = "1.0";

  meta = {
    license = with lib.licenses; [
      mit
      asl20
    ];
  };
}

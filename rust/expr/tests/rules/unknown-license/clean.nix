{ stdenv, lib, call }:
{
  a = stdenv.mkDerivation { meta.license = lib.licenses.AND [ lib.licenses.mit lib.licenses.asl20 ]; };
  b =
    let
      mine = { free = true; };
    in
    stdenv.mkDerivation { meta.license = with lib.licenses; [ mit mine ]; };
  c = call { meta.license = lib.licenses.apache2; };
  d = stdenv.mkDerivation { meta.license = { fullName = "Mine"; }; };
  e = stdenv.mkDerivation { meta.license = lib.getLicenseFromSpdxId "MIT"; };
}

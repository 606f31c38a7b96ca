{ stdenv, lib }:
{
  a = stdenv.mkDerivation { meta.license = lib.licenses.apache2; };
  b = stdenv.mkDerivation { meta.license = with lib.licenses; [ mit gpl3plus ]; };
  c = stdenv.mkDerivation { meta = with lib; { license = [ licenses.Mit ]; }; };
  d = stdenv.mkDerivation { meta.license = with lib.licenses; asl; };
}

{ stdenv, lib }:
{
  a = stdenv.mkDerivation { meta.license = lib.licenses.gpl3; };
  b = stdenv.mkDerivation { meta = with lib; { license = with licenses; [ lgpl21 mit ]; }; };
  c = stdenv.mkDerivation { meta.license = lib.licenses.apsl20; };
}

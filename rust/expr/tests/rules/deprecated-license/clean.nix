{ stdenv, lib }:
{
  a = stdenv.mkDerivation { meta.license = lib.licenses.gpl3Plus; };
  b = stdenv.mkDerivation { passthru.license = lib.licenses.gpl3; };
  gpl3 = lib.licenses.gpl3;
}

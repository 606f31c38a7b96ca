{ stdenv, lib }:
{
  a = stdenv.mkDerivation { meta = { license = lib.licenses.mit; }; };
  b = stdenv.mkDerivation { meta = with lib.licenses; { license = mit; }; };
  meta = with lib; { license = licenses.mit; };
}

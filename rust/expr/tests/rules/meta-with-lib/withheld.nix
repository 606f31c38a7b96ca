{ stdenv, lib }:
{
  # `max` may be a maintainer or a function of lib
  a = stdenv.mkDerivation {
    meta = with lib; { maintainers = with maintainers; [ max ]; };
  };
  b = with stdenv; mkDerivation {
    meta = with lib; { license = licenses.mit; };
  };
  c = stdenv.mkDerivation {
    meta = with lib; { inherit licenses; };
  };
  d = stdenv.mkDerivation {
    meta = with lib; let lib = 1; in { license = licenses.mit; };
  };
}

{ stdenv, call }:
{
  a = stdenv.mkDerivation { postPatch = "substituteInPlace Makefile --replace-fail a b"; };
  b = stdenv.mkDerivation {
    postPatch = ''
      substituteInPlace Makefile --subst-var out
      tool --replace a b
    '';
  };
  c = call { postPatch = "substituteInPlace Makefile --replace a b"; };
}

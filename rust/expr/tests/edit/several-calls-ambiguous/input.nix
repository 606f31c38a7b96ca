{ stdenv }: {
  a = stdenv.mkDerivation { pname = "a"; version = "1"; };
  b = stdenv.mkDerivation { pname = "b"; version = "1"; };
}

{ stdenv, withTests }:
{
  a = stdenv.mkDerivation {
    # they need the network
    doCheck = false;
  };
  b = stdenv.mkDerivation { doCheck = false; /* no tests */ };
  c = stdenv.mkDerivation { doCheck = withTests; };
  doCheck = false;
}

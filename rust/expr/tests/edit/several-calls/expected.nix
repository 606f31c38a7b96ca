{ stdenv, python3Packages }: {
  a = stdenv.mkDerivation { pname = "a"; version = "1"; };
  b = python3Packages.buildPythonPackage { pname = "b"; version = "2"; passthru.tests.c = stdenv.mkDerivation { name = "c"; }; };
}

{ stdenv, lib }:
{
  a = stdenv.mkDerivation { meta.description = "Tool that does one thing"; };
  b = stdenv.mkDerivation { meta.description = "gRPC tools"; };
  c = stdenv.mkDerivation { meta.description = "Programs for files, directories, etc."; };
  d = stdenv.mkDerivation { pname = "gtk"; meta.description = "GTK themes"; };
  e = stdenv.mkDerivation { meta.description = "a ${lib.version}."; };
  f = stdenv.mkDerivation { meta.description = "And so on..."; };
  description = "A tool.";
}

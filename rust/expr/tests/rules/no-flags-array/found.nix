{ stdenv, lib }:
stdenv.mkDerivation (
  {
    pname = "a";
    makeFlagsArray = [ "CC=cc" ];
  }
  // lib.optionalAttrs true { configureFlagsArray = [ "a" ]; }
)

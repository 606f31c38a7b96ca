{ stdenv
, lib
  # for the tests
, python313 ? null
, fetchurl # the source
, ...
} @ args:
stdenv.mkDerivation { inherit fetchurl; py = python313; x = { python3 = 1; }; }

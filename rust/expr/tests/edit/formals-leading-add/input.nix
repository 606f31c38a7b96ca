{ stdenv
, lib
  # for the tests
, python3 ? null
, fetchurl # the source
, ...
} @ args:
stdenv.mkDerivation { inherit fetchurl; py = python3; x = { python3 = 1; }; }

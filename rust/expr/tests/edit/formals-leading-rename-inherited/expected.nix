{ stdenv
, lib
  # for the tests
, python3 ? null
, fetchzip # the source
, ...
} @ args:
stdenv.mkDerivation { fetchurl = fetchzip; py = python3; x = { python3 = 1; }; }

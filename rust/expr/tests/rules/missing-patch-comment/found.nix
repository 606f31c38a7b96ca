{ stdenv, lib, fetchpatch }:
stdenv.mkDerivation {
  patches = [
    ./a.patch
    # needed for tests
    ./b.patch
    (fetchpatch { url = "https://example.org"; })
  ] ++ lib.optional true ./c.patch;
}

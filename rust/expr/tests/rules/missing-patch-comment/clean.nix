{ stdenv, lib, fetchpatch, given }:
{
  a = stdenv.mkDerivation {
    # all of them are sent to upstream
    patches = [ ./a.patch ./b.patch ];
  };
  b = stdenv.mkDerivation {
    patches = [
      ./a.patch # sent to upstream
      (fetchpatch {
        # sent to upstream
        url = "https://example.org";
      })
      given
    ];
  };
  patches = [ ./a.patch ];
}

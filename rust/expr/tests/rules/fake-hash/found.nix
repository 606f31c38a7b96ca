{ lib, fetchurl, buildGoModule }:
{
  a = fetchurl { url = "https://example.org"; hash = lib.fakeHash; };
  b = fetchurl { url = "https://example.org"; hash = ""; };
  c = fetchurl {
    url = "https://example.org";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };
  d = fetchurl {
    url = "https://example.org";
    sha256 = "0000000000000000000000000000000000000000000000000000";
  };
  e = with lib; buildGoModule { vendorHash = fakeHash; };
}

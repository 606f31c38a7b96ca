{ lib, fetchurl, call }:
let
  fakeHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
in
{
  a = fetchurl { url = "https://example.org"; hash = fakeHash; };
  b = call { hash = lib.fakeHash; };
  hash = "";
  c = fetchurl {
    url = "";
    hash = "sha256-47DEQpj8HBSa+/AAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };
}

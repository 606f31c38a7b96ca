#@ evaluate
({ fetchurl }: [
  (fetchurl {
    url = "https://example.org/a";
    sha256 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  })
  (fetchurl { url = "https://example.org/b"; sha256 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"; })
  (fetchurl {
    url = "https://example.org/c";
    sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  })
  (fetchurl { url = "https://example.org/d"; sha256 = "not a hash"; })
]) {
  fetchurl = { url, hash ? null, sha256 ? hash }: [ url sha256 ];
}

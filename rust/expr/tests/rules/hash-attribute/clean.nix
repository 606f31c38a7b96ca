{ fetchurl, fetchTarball, requireFile, sha256 }:
[
  (fetchurl { url = "https://example.org"; hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; })
  (builtins.fetchurl { url = "https://example.org"; sha256 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"; })
  (fetchTarball { url = "https://example.org"; sha256 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"; })
  (fetchurl { url = "https://example.org"; inherit sha256; })
]

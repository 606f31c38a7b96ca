{ fetchurl, fetchgit, fetchpatch, version }:
[
  (fetchurl { url = "https://github.com/example/tool/releases/download/${version}/tool.tar.gz"; })
  (fetchurl { url = "https://github.com/example/tool/commit/abc.patch"; })
  (fetchpatch { url = "https://github.com/example/archive/archive/abc.tar.gz"; })
  (fetchgit { url = "https://example.org/github.com/tool.git"; })
  (builtins.fetchurl { url = "https://github.com/example/tool/archive/1.tar.gz"; })
]

{ fetchurl, fetchzip, fetchgit, version }:
[
  (fetchurl { url = "https://github.com/example/tool/archive/v${version}.tar.gz"; })
  (fetchzip { url = "http://gitlab.com/example/tool/-/archive/1.0/tool-1.0.tar.gz"; })
  (fetchgit { url = "https://codeberg.org/example/tool.git"; rev = version; })
  (fetchgit { url = "https://git.sr.ht/~example/tool"; })
  (fetchurl { url = "mirror://pypi/t/tool/tool-1.0.tar.gz"; })
]

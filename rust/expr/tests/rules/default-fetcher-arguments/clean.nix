{ fetchgit, fetchFromGitHub }:
let
  false = 1;
in
[
  (fetchgit { url = "https://example.org"; fetchSubmodules = false; })
  (fetchFromGitHub { owner = "a"; fetchSubmodules = false; })
  (fetchFromGitHub { owner = "a"; fetchSubmodules = true; })
]

{ fetchFromGitHub, fetchFromGitLab, stdenv, version }:
{
  a = stdenv.mkDerivation (finalAttrs: {
    src = fetchFromGitHub {
      owner = "a";
      rev = "v${finalAttrs.version}";
    };
  });
  b = fetchFromGitLab {
    owner = "a";
    rev = "refs/tags/${version}";
  };
  c = fetchFromGitHub { owner = "a"; rev = "refs/tags/v1.0"; };
}

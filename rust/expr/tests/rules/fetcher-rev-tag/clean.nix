{ fetchFromGitHub, fetchhg, version, commit }:
{
  a = fetchFromGitHub { tag = "v${version}"; };
  b = fetchFromGitHub { rev = "0123456789abcdef0123456789abcdef01234567"; };
  c = fetchhg { rev = "v${version}"; };
  d = fetchFromGitHub { rev = "refs/heads/${version}"; };
  e = fetchFromGitHub { rev = "${version}-${commit}"; };
  f = fetchFromGitHub { rev = version; };
}

{ fetchurl, sources, url, ... }@args:
{
  a = fetchTarball { url = "https://example.org/a.tar.gz"; sha256 = "x"; };
  b = builtins.fetchGit { url = "https://example.org/b.git"; rev = "4fe8d07066f6ea82cda2b0c9ae7aee59b2d241b3"; };
  c = builtins.fetchGit ./.;
  d = fetchurl { url = "https://example.org/d"; };
  e = fetchTarball "https://github.com/NixOS/nixpkgs/archive/4fe8d07066f6ea82cda2b0c9ae7aee59b2d241b3.tar.gz";
  f = builtins.fetchTree { type = "github"; owner = "a"; repo = "b"; narHash = "x"; };
  g = builtins.fetchTarball url;
  h = builtins.fetchGit { url = ./.; };
  i = builtins.fetchTree { inherit (sources) url; };
}

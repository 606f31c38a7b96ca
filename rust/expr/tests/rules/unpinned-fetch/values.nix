{
  a = import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/master.tar.gz") { };
  b = builtins.fetchGit { url = "https://example.org/b.git"; ref = "main"; };
  c = builtins.fetchurl { url = "https://example.org/c"; };
  d = fetchGit "git@example.org:d";
  e = builtins.fetchTree { type = "github"; owner = "a"; repo = "b"; };
  f = builtins.fetchTarball { url = "https://example.org/f.tar.gz"; name = "f"; };
}

#@ path: flake.nix
#@ untracked: ./new.nix
#@ untracked: ../new
{
  a = import ./new.nix;
  b = [ ../new ];
  # git knows these, or the path is not plain
  c = ./known.nix;
  d = ./new.nix/${c};
  e = "./new.nix";
}

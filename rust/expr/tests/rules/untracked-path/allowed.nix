#@ untracked: ./new.nix
#@ with: allow-comment
{
  # nixsmith: allow(untracked-path) made by the first run
  a = ./new.nix;
}

{
  /* all */ # pinned
  stable = (import ./pins.nix   { }).nixpkgs; # two
}

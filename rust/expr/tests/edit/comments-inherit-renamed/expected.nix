{
  inherit (
    import ./pins.nix /* all */ { } # pinned
  ) home-manager; # two
  stable = (import ./pins.nix   { }).nixpkgs;
}

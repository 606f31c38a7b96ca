{
  inherit (
    import ./pins.nix /* all */ { } # pinned
  ) nixpkgs home-manager; # two
}

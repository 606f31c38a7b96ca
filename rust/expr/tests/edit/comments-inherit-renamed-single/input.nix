{
  inherit (
    import ./pins.nix /* all */ { } # pinned
  ) nixpkgs; # two
}

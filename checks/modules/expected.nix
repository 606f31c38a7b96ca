# What the modules give, for checks/modules/run: what shall lie in the folders `expected` of checks/data.
{
  nixpkgs,
  system ? "x86_64-linux",
}:

let
  pkgs = import nixpkgs {
    inherit system;
    overlays = [ (import ../../lib/overlay.nix) ];
  };
  support = import ../support/modules.nix { inherit nixpkgs pkgs; };
  home = import ../support/home.nix { inherit pkgs; };
in
{
  nixos = pkgs.lib.genAttrs support.names (
    name:
    support.found name (
      support.minimal [
        support.files.${name}
        support.cases.${name}.example
      ]
    )
  );
  home = pkgs.lib.genAttrs home.names home.found;
}

# What the modules give, for checks/modules/run: `expected.<name>` is what shall lie in checks/data/modules/<name>/expected.
{
  nixpkgs,
  system ? "x86_64-linux",
}:

let
  pkgs = import nixpkgs { inherit system; };
  support = import ../support/modules.nix { inherit nixpkgs pkgs; };
  inherit (support) names cases files;
in
{
  inherit names;
  expected = pkgs.lib.genAttrs names (
    name:
    support.found name (
      support.minimal [
        files.${name}
        cases.${name}.example
      ]
    )
  );
}

{
  description = "A package with its tests, and the overlay that adds it to a package set";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      # the package set of one system, with the package in it
      forEachSystem =
        make:
        nixpkgs.lib.genAttrs systems (
          system: make (nixpkgs.legacyPackages.${system}.extend self.overlays.default)
        );
    in
    {
      overlays.default = final: _prev: { greet = final.callPackage ./package.nix { }; };

      packages = forEachSystem (pkgs: {
        inherit (pkgs) greet;
        default = pkgs.greet;
      });

      checks = forEachSystem (
        pkgs:
        {
          inherit (pkgs) greet;

          # the tests follow what is overridden: they are about the package that there is then
          overridden =
            (pkgs.greet.overrideAttrs {
              version = "99.0.0";
              __intentionallyOverridingVersion = true;
            }).tests.version;

          # every Nix file is formatted
          formatting = pkgs.runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
            find ${self} -name '*.nix' -exec nixfmt --check {} +
            touch $out
          '';
        }
        // pkgs.greet.tests
      );

      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell { inputsFrom = [ pkgs.greet ]; };
      });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

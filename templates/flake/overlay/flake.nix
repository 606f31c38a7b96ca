{
  description = "An overlay: a package added, one changed, one for every Python";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      # the package set of one system, with the overlay applied
      forEachSystem =
        make:
        nixpkgs.lib.genAttrs systems (
          system: make (nixpkgs.legacyPackages.${system}.extend self.overlays.default)
        );
    in
    {
      overlays.default = import ./overlay.nix;

      # the whole package set: `nix build .#greet`, `nix build .#python3Packages.greeting`
      legacyPackages = forEachSystem (pkgs: pkgs);

      packages = forEachSystem (pkgs: {
        inherit (pkgs) greet hello;
        default = pkgs.greet;
      });

      checks = forEachSystem (
        pkgs:
        import ./checks.nix {
          inherit pkgs;
          source = self;
          plain = nixpkgs.legacyPackages.${pkgs.stdenv.hostPlatform.system};
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

{
  description = "Several packages in one repository, found by their folders";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      # the package set of one system, with every package of this repository in it
      forEachSystem =
        make:
        lib.genAttrs systems (system: make (nixpkgs.legacyPackages.${system}.extend self.overlays.default));

      files = import ./lib/byName.nix { inherit lib; } ./packages;

      # those of a package set
      own = pkgs: lib.mapAttrs (name: _: pkgs.${name}) files;
    in
    {
      overlays.default = final: _prev: lib.mapAttrs (_: file: final.callPackage file { }) files;

      packages = forEachSystem own;

      # what all of them are built with
      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell { inputsFrom = lib.attrValues (own pkgs); };
      });

      checks = forEachSystem (
        pkgs:
        import ./checks.nix {
          inherit pkgs;
          source = self;
          packages = own pkgs;
          plain = nixpkgs.legacyPackages.${pkgs.stdenv.hostPlatform.system};
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

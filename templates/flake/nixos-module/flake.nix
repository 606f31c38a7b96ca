{
  description = "A NixOS module: typed options, their documentation, a virtual machine test";

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

      forEachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      nixosModules.default = ./module.nix;

      packages = forEachSystem (pkgs: {
        default = pkgs.callPackage ./package.nix { };
        documentation = pkgs.callPackage ./documentation.nix { };
      });

      checks = forEachSystem (
        pkgs:
        import ./checks.nix {
          inherit pkgs;
          source = self;
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

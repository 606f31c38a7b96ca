{
  description = "A program built for other platforms, statically, and run under emulation";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      # the machines that build
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      forEachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      # name → the package set of the platform that is built for
      platforms = pkgs: {
        aarch64 = pkgs.pkgsCross.aarch64-multiplatform;
        riscv64 = pkgs.pkgsCross.riscv64;
        static = pkgs.pkgsStatic;
        windows = pkgs.pkgsCross.mingwW64;
      };
    in
    {
      packages = forEachSystem (
        pkgs:
        {
          default = pkgs.callPackage ./package.nix { };
        }
        // lib.mapAttrs (_: target: target.callPackage ./package.nix { }) (platforms pkgs)
      );

      # a shell with the compiler for each of them
      devShells = forEachSystem (
        pkgs:
        {
          default = pkgs.callPackage ./shell.nix { };
        }
        // lib.mapAttrs (_: target: target.callPackage ./shell.nix { }) (platforms pkgs)
      );

      checks = forEachSystem (
        pkgs:
        import ./checks.nix {
          inherit pkgs;
          source = self;
          packages = self.packages.${pkgs.stdenv.hostPlatform.system};
          shells = self.devShells.${pkgs.stdenv.hostPlatform.system};
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

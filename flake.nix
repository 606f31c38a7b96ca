{
  description = "nixsmith: from an idea to a merged change in Nix land";

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

      readFolder = import ./lib/readFolder.nix;

      # the package set of one system, with our own package in it
      forEachSystem =
        make:
        lib.genAttrs systems (system: make (nixpkgs.legacyPackages.${system}.extend self.overlays.default));
    in
    {
      lib = readFolder.files ./lib ".nix" import // {
        ecosystem = readFolder.files ./lib/ecosystem ".nix" import;
      };

      packages = forEachSystem (pkgs: {
        inherit (pkgs) nixsmith;
        default = pkgs.nixsmith;
      });

      overlays.default = import ./lib/overlay.nix;

      # one app per operation: `nix run .#package-new`
      apps = forEachSystem (pkgs: import ./lib/apps.nix { inherit pkgs; });

      checks = forEachSystem (
        pkgs:
        readFolder.files ./checks ".nix" (file: pkgs.callPackage file { flake = self; })
        // readFolder.files ./checks/lib ".nix" (file: pkgs.callPackage file { flake = self; })
        # virtual machines, where there are any
        // lib.optionalAttrs (pkgs.stdenv.hostPlatform.isLinux && pkgs ? testers.runNixOSTest) (
          lib.mapAttrs' (name: lib.nameValuePair "vm-${name}") (
            readFolder.files ./checks/vm ".nix" (
              file:
              import file {
                inherit pkgs;
                inherit (self) nixosModules;
                inherit (self.lib) nixosTestFor;
              }
            )
          )
        )
      );

      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./lib/shell.nix { };
      });

      # the formatter that the binary has built in, on every Nix file
      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });

      templates = readFolder.folders ./templates/flake (folder: {
        path = folder;
        inherit (import (folder + "/flake.nix")) description;
      });

      nixosModules = readFolder.files ./modules/nixos ".nix" (file: file);
      homeModules = readFolder.files ./modules/home ".nix" (file: file);
    };
}

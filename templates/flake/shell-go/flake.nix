{
  description = "Go: a development shell, and a program that it builds and tests";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEachSystem (pkgs: {
        default = pkgs.callPackage ./package.nix { };
      });

      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./shell.nix { };
      });

      checks = forEachSystem (pkgs: pkgs.callPackages ./checks.nix { source = self; });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

{
  description = "Development shell for Go";

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
      devShells = forEachSystem (pkgs: {
        default = pkgs.callPackage ./shell.nix { };
      });

      # `nix flake check` builds the shell
      checks = self.devShells;

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree);
    };
}

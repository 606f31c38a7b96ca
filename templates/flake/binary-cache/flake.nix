{
  description = "A binary cache with harmonia: the server, its clients, a test of both";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      nixosModules = {
        server = ./server.nix;
        client = ./client.nix;
      };

      nixosConfigurations.cache = nixpkgs.lib.nixosSystem {
        modules = [
          self.nixosModules.server
          ./hardware.nix
        ];
      };

      checks = forEachSystem (
        pkgs:
        let
          test = pkgs.testers.runNixOSTest ./test.nix;
          inherit (test.nodes) client server;
        in
        {
          inherit test;

          # what the machines are, before any of them starts
          nodes =
            assert pkgs.lib.assertMsg (
              server.networking.firewall.allowedTCPPorts == [ 80 ]
            ) "the server opens other ports than nginx's";
            assert pkgs.lib.assertMsg
              (pkgs.lib.hasPrefix "127.0.0.1:" server.services.harmonia.cache.settings.bind)
              "harmonia is reached without nginx";
            assert pkgs.lib.assertMsg
              (builtins.elem (import ./cache.nix).publicKey client.nix.settings.trusted-public-keys)
              "the client does not trust the cache";
            pkgs.runCommand "nodes" { } "touch $out";

          # every Nix file is formatted
          formatting = pkgs.runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
            find ${self} -name '*.nix' -exec nixfmt --check {} +
            touch $out
          '';
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

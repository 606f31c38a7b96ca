{
  description = "A NixOS test in virtual machines: a server and a client on one network";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      # virtual machines of NixOS run on Linux
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      checks = forEachSystem (
        pkgs:
        let
          test = pkgs.testers.runNixOSTest ./test.nix;
          inherit (test) nodes;
        in
        {
          inherit test;

          # what the machines are, before any of them starts
          nodes =
            assert pkgs.lib.assertMsg (
              nodes.server.networking.firewall.allowedTCPPorts == [ 80 ]
            ) "the server opens other ports than 80";
            assert pkgs.lib.assertMsg (!nodes.client.services.nginx.enable) "the client is a server";
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

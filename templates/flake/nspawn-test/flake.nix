{
  description = "A NixOS test in systemd-nspawn containers, which needs no virtual machine";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      # containers share the kernel of the machine that builds
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
          inherit (test.config) containers;
        in
        {
          inherit test;

          # what the containers are, before any of them starts
          containers =
            assert pkgs.lib.assertMsg (
              containers.server.networking.firewall.allowedTCPPorts == [ 80 ]
            ) "the server opens other ports than 80";
            assert pkgs.lib.assertMsg (test.config.nodes == { }) "the test needs a virtual machine";
            assert pkgs.lib.assertMsg test.config.requiredFeatures.uid-range
              "the builder is not asked for user ids";
            assert pkgs.lib.assertMsg (!test.config.requiredFeatures.kvm) "the builder is asked for KVM";
            pkgs.runCommand "containers" { } "touch $out";

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

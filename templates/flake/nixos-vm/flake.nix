{
  description = "A NixOS configuration as a virtual machine that starts with nix run";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      # where the virtual machine is started
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      forEachSystem = make: lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      # the machine for one of them: Linux on the same processor
      vms = lib.genAttrs systems (
        system:
        lib.nixosSystem {
          modules = [
            ./configuration.nix
            ./vm.nix
            {
              nixpkgs.hostPlatform = lib.replaceString "darwin" "linux" system;
              virtualisation.host.pkgs = nixpkgs.legacyPackages.${system};
            }
          ];
        }
      );
    in
    {
      nixosConfigurations = {
        vm = vms.x86_64-linux;
        vm-aarch64 = vms.aarch64-linux;
      };

      # `nix run`
      packages = forEachSystem (pkgs: {
        default = vms.${pkgs.stdenv.hostPlatform.system}.config.system.build.vm;
      });

      checks = forEachSystem (
        pkgs:
        let
          inherit (vms.${pkgs.stdenv.hostPlatform.system}) config;
          forwarded = map (forward: forward.guest.port) config.virtualisation.forwardPorts;
        in
        {
          # every port that is forwarded to the machine is open in its firewall
          ports =
            assert lib.assertMsg (
              lib.subtractLists config.networking.firewall.allowedTCPPorts forwarded == [ ]
            ) "a forwarded port is closed in the firewall";
            pkgs.runCommand "ports" { } "touch $out";

          # every Nix file is formatted
          formatting = pkgs.runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
            find ${self} -name '*.nix' -exec nixfmt --check {} +
            touch $out
          '';
        }
        // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
          # the configuration boots, and does what it is for
          test = pkgs.testers.runNixOSTest ./test.nix;
        }
      );

      formatter = forEachSystem (pkgs: pkgs.nixfmt-tree.override { nixfmtPackage = pkgs.nixfmt-rs; });
    };
}

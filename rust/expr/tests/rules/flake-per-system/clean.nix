{ flake-utils, nixpkgs, ... }:
flake-utils.lib.eachDefaultSystem (system: { packages.default = 1; legacyPackages.overlays = 2; })
// {
  nixosConfigurations.server = 1;
}

{
  description = "A tool";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-utils.url = "github:numtide/flake-utils";
  inputs.evil.url = "x\"; outputs = _: { } # \${y}\n";

  outputs =
    {
      self,
      nixpkgs,
      flake-utils,
      evil,
    }:
    flake-utils.lib.eachDefaultSystem (system: {
      packages.default = nixpkgs.legacyPackages.${system}.hello;
    });
}

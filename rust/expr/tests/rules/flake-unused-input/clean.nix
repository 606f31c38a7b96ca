#@ path: flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.tool.url = "github:example/tool";
  outputs = { self, nixpkgs, ... }@inputs: {
    # whoever gets them all may use them all
    nixosConfigurations.it = nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs; }; };
  };
}

{
  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";
  inputs.utils.inputs.systems.follows = "systems";
  inputs = {
    utils.url = "github:numtide/flake-utils"; # systems
    systems.url = "github:nix-systems/default";
  };

  outputs = { self, nixpkgs, utils, systems }: { };
}

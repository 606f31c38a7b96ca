{
  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";
  inputs = {
    systems.url = "github:nix-systems/default";
  };

  outputs = { self, nixpkgs, systems }: { };
}

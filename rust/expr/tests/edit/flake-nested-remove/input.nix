{
  description = "NixOS configuration";

  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs/nixos-unstable";

    # The home of the homes.
    home-manager = {
      url = "github:nix-community/home-manager"; # follows master
      inputs.nixpkgs.follows = "nixpkgs";
    };

    # Not a flake, only files.
    dotfiles = {
      url = "git+ssh://git@example.org/dotfiles";
      flake = false;
    };
  };

  outputs =
    inputs@{ nixpkgs, home-manager, ... }:
    {
      nixosConfigurations.desk = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          ./configuration.nix
          home-manager.nixosModules.home-manager
        ];
      };
    };
}

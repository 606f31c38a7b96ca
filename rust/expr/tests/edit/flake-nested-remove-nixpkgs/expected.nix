{
  description = "NixOS configuration";

  inputs = {
    # The home of the homes.
    home-manager = {
      url = "github:nix-community/home-manager"; # follows master
    };

    # Not a flake, only files.
    dotfiles = {
      url = "git+ssh://git@example.org/dotfiles";
      flake = false;
    };
  };

  outputs =
    inputs@{ home-manager, ... }:
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

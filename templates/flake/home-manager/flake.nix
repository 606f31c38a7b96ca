{
  description = "A home of one user with home-manager, without NixOS";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      home-manager,
    }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      forEachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      homes = forEachSystem (
        pkgs:
        home-manager.lib.homeManagerConfiguration {
          inherit pkgs;
          modules = [ ./home.nix ];
        }
      );
    in
    {
      # `home-manager switch --flake .` takes `user@host`, or else `user`
      homeConfigurations = {
        ada = homes.x86_64-linux;
        "ada@arm" = homes.aarch64-linux;
        "ada@mac" = homes.aarch64-darwin;
      };

      checks = forEachSystem (
        pkgs:
        let
          home = homes.${pkgs.stdenv.hostPlatform.system};
          inherit (home.config.home) homeDirectory username;
        in
        {
          # all that the home consists of
          activation = home.activationPackage;

          # the files that it puts there say what they should
          files = pkgs.runCommand "files" { inherit (home) activationPackage; } ''
            grep --fixed-strings "Ada Lovelace" $activationPackage/home-files/.config/git/config
            grep --extended-regexp "^alias (-- )?ll=" $activationPackage/home-files/.bashrc
            test -x $activationPackage/home-path/bin/rg
            touch $out
          '';

          # the home is where this system has homes
          folder =
            assert pkgs.lib.assertMsg (
              homeDirectory == (if pkgs.stdenv.hostPlatform.isDarwin then "/Users/" else "/home/") + username
            ) "the home is ${homeDirectory}";
            pkgs.runCommand "folder" { } "touch $out";

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

{ pkgs, ... }:

let
  name = "ada";
in
{
  home = {
    username = name;
    homeDirectory = if pkgs.stdenv.hostPlatform.isDarwin then "/Users/${name}" else "/home/${name}";

    packages = [
      pkgs.fd
      pkgs.jq
      pkgs.ripgrep
    ];

    sessionVariables.EDITOR = "vim";

    # the release that the home was first made with; it stays
    stateVersion = "26.05";
  };

  programs = {
    # the command itself, for the next change
    home-manager.enable = true;

    bash = {
      enable = true;
      shellAliases.ll = "ls -l";
    };

    direnv = {
      enable = true;
      nix-direnv.enable = true;
    };

    git = {
      enable = true;
      settings.user = {
        name = "Ada Lovelace";
        email = "ada@example.org";
      };
    };

    vim.enable = true;
  };
}

# The program itself, with its manual pages and its completions in the shells that home-manager sets up.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.cli;
in
{
  options.nixsmith.cli = {
    enable = lib.mkEnableOption "the program nixsmith";

    package = mkOption {
      type = types.package;
      default = pkgs.nixsmith or (pkgs.callPackage ../../lib/package.nix { });
      defaultText = lib.literalExpression "pkgs.nixsmith, or built with this package set";
      example = lib.literalExpression "inputs.nixsmith.packages.\${system}.nixsmith";
      description = "The package with the program, its manual pages and completions.";
    };

    completions = mkOption {
      type = types.bool;
      default = true;
      description = "Whether the shells of home-manager complete commands. Of bash this asks for {option}`programs.bash.enableCompletion`, of Zsh for {option}`programs.zsh.enableCompletion`.";
    };
  };

  config = lib.mkIf cfg.enable {
    home.packages = [ cfg.package ];

    programs = lib.mkIf cfg.completions {
      bash.enableCompletion = lib.mkDefault true;
      zsh.enableCompletion = lib.mkDefault true;
    };
  };
}

/**
  Inputs of the templates that are not inputs of ours: of each, just the function that a template calls. It takes the same
  arguments and gives a derivation that has in it what the modules say, so that evaluating a template reads every module.
  Whether an option exists is judged by checks/templates/run with the real trees.

  # Inputs

  `lib`: that of nixpkgs.

  # Output

  Attribute set, name of an input → flake.
*/
{ lib }:

let
  # modules, merged, whatever options they set
  configuration =
    { pkgs, modules }:
    (lib.evalModules {
      modules = modules ++ [
        {
          freeformType = with lib.types; lazyAttrsOf anything;
          options.packages = lib.mkOption {
            type = with lib.types; listOf package;
            default = [ ];
            description = "What the modules put on the path.";
          };
        }
      ];
      specialArgs = { inherit pkgs; };
    }).config;

  # as text, for every value to be read
  read =
    config:
    builtins.toJSON (
      lib.mapAttrsRecursiveCond (value: !lib.isDerivation value) (
        _: value: if lib.isFunction value then "a function" else value
      ) (removeAttrs config [ "_module" ])
    );
in
{
  devenv.lib.mkShell =
    {
      inputs,
      pkgs,
      modules,
    }:
    let
      config = configuration { inherit pkgs modules; };
    in
    pkgs.mkShell {
      inherit (config) packages;
      config = builtins.seq inputs.self (read config);
      passthru = {
        inherit config;
        ci = pkgs.writeText "devenv-ci" (read config);
      };
    };

  home-manager.lib.homeManagerConfiguration =
    {
      pkgs,
      modules,
      extraSpecialArgs ? { },
    }:
    let
      config = configuration { inherit pkgs modules; };
    in
    {
      inherit config pkgs;
      activationPackage = pkgs.writeText "home-manager-generation" (read config);
    };
}

/**
  What the checks of the modules for home-manager share: the modules, their cases, and two worlds to evaluate them in.

  # Inputs

  `pkgs`: a package set for Linux. `homeManager`: path of home-manager's tree, or `null`.

  # Output

  `files`, `cases`: of each module. `stubbed modules`: evaluated with nothing but the roots of home-manager's options, so that its
  `config` is what the modules themselves say. `whole modules`: evaluated with all of home-manager.
  `found name`, `expected name`: attribute set, file → text, as of the NixOS modules.
*/
{
  pkgs,
  homeManager ? null,
}:

let
  inherit (pkgs) lib;
  readFolder = import ../../lib/readFolder.nix;
  data = ../data/home;

  roots = [
    "home"
    "programs"
    "services"
    "wayland"
    "xdg"
    "xsession"
  ];

  # store paths by the name of their package
  inherit (import ./text.nix { inherit lib; }) withoutStorePaths;
in
rec {
  files = readFolder.files ../../modules/home ".nix" (file: file);
  names = builtins.attrNames files;

  cases = lib.genAttrs names (
    name:
    if builtins.pathExists (data + "/${name}") then
      import (data + "/${name}")
    else
      throw "home module ${name}: there are no cases in checks/data/home/${name}"
  );

  stubbed =
    modules:
    lib.evalModules {
      modules = [
        {
          options = lib.genAttrs roots (
            root:
            lib.mkOption {
              type = lib.types.attrsOf lib.types.anything;
              default = { };
              description = "Of home-manager: ${root}.";
            }
          );
          config._module.args = { inherit pkgs; };
        }
      ]
      ++ modules;
    };

  # what the modules set in the roots
  setBy = modules: lib.getAttrs roots (stubbed modules).config;

  whole =
    modules:
    import (homeManager + "/modules") {
      inherit pkgs;
      configuration = {
        imports = modules;
        home = {
          username = "user";
          homeDirectory = "/home/user";
          stateVersion = lib.trivial.release;
          enableNixpkgsReleaseCheck = false;
        };
      };
    };

  found = name: {
    "settings.json" = withoutStorePaths (
      builtins.toJSON (setBy [
        files.${name}
        cases.${name}.example
      ])
    );
  };

  expected = name: readFolder.files (data + "/${name}/expected") "" builtins.readFile;
}

# The NixOS modules, by evaluation alone: off they change nothing, on they give the units and files that checks/data/modules has,
# and wrong values are refused by the name of the option.
{
  lib,
  pkgs,
  path ? null,
  runCommand,
  # names of the modules to look at; by default all, and what they are together
  only ? null,
  ...
}:

let
  # a nixpkgs whose list of modules is whole
  hasNixos =
    path != null && builtins.length (import (path + "/nixos/modules/module-list.nix")) > 1000;

  # machines are of Linux, whoever checks them
  support = import ./support/modules.nix {
    nixpkgs = path;
    pkgs = if pkgs.stdenv.hostPlatform.isLinux then pkgs else import path { system = "aarch64-linux"; };
  };
  inherit (support) cases files;
  names = if only == null then support.names else only;
  # all of them: cases of one may set options of another
  allFiles = builtins.attrValues files;

  named = name: value: builtins.addErrorContext "while checking the module ${name}" value;

  drvPathOf = modules: (support.minimal modules).system.build.toplevel.drvPath;
  disabled = support.evaluated allFiles;
  baseline = drvPathOf [ ];

  # modules of servers live in one machine; each desktop wants its own
  isDesktop = name: cases.${name}.tree != [ name ];
  servers = builtins.filter (name: !isDesktop name) names;
  together = support.minimal (allFiles ++ map (name: cases.${name}.example) servers);
  # what is on in the second example instead
  seconds = support.minimal (allFiles ++ map (name: cases.${name}.second.example) withSecond);
  withSecond = builtins.filter (name: cases.${name}.second != null) servers;
  configOf =
    name:
    if isDesktop name then
      support.minimal [
        files.${name}
        cases.${name}.example
      ]
    else
      together;

  # the n-th refused case of every module, in one machine
  rounds =
    lib.genList
      (
        index:
        support.brokenAssertions (
          support.minimal (
            allFiles
            ++ lib.concatMap (
              name:
              let
                refused = builtins.attrValues cases.${name}.refused;
              in
              lib.optional (index < builtins.length refused) (builtins.elemAt refused index).config
            ) names
          )
        )
      )
      (
        lib.foldl' lib.max 0 (map (name: builtins.length (builtins.attrNames cases.${name}.refused)) names)
      );

  # the option tree alone, without a machine around it
  treeOf =
    name: config:
    lib.getAttrFromPath ([ "nixsmith" ] ++ cases.${name}.tree)
      (lib.evalModules {
        modules = [
          files.${name}
          {
            _module.freeformType = lib.types.lazyAttrsOf lib.types.anything;
            _module.args.pkgs = pkgs;
            networking.hostName = "machine";
          }
          config
        ];
      }).config;

  refusedOf =
    name:
    lib.imap0 (
      index: case:
      let
        inherit (cases.${name}.refused.${case}) names;
      in
      lib.nameValuePair "${name}, refused: ${case}" {
        found = named name (
          if lib.any (lib.hasInfix names) (builtins.elemAt rounds index) then
            "names ${names}"
          else
            builtins.elemAt rounds index
        );
        wanted = "names ${names}";
      }
    ) (builtins.attrNames cases.${name}.refused);

  mistypedOf =
    name:
    lib.mapAttrsToList (
      case: value:
      lib.nameValuePair "${name}, mistyped: ${case}" {
        refused = treeOf name (lib.setAttrByPath ([ "nixsmith" ] ++ cases.${name}.tree) value);
      }
    ) cases.${name}.mistyped;

  casesOf =
    name:
    [
      (lib.nameValuePair "${name}, options" {
        found = named name (support.undescribed disabled cases.${name}.tree);
        wanted = [ ];
      })
      (lib.nameValuePair "${name}, assertions" {
        found = named name (support.brokenAssertions (configOf name));
        wanted = [ ];
      })
      # what the wrong values are wrong beside
      (lib.nameValuePair "${name}, well typed" {
        found = named name (builtins.isAttrs (treeOf name { inherit (cases.${name}.example) nixsmith; }));
        wanted = true;
      })
    ]
    ++ lib.optional (cases.${name}.second != null) (
      lib.nameValuePair "${name}, assertions of the second example" {
        found = named name (support.brokenAssertions seconds);
        wanted = [ ];
      }
    )
    ++ map (
      file:
      lib.nameValuePair "${name}, ${file}" {
        found = named name ((support.found name (configOf name) seconds).${file} or null);
        wanted = (support.expected name).${file} or null;
      }
    ) (lib.unique (support.filesOf name ++ builtins.attrNames (support.expected name)))
    ++ refusedOf name
    ++ mistypedOf name;
in
import ./support/cases.nix { inherit runCommand; } {
  name = "modules";
  unless = if hasNixos then null else "this nixpkgs has no NixOS";
  cases =
    lib.optionalAttrs (only == null) {
      # the names of those that change a machine which does not use them
      disabled = {
        found =
          if disabled.config.system.build.toplevel.drvPath == baseline then
            [ ]
          else
            builtins.filter (name: drvPathOf [ files.${name} ] != baseline) names;
        wanted = [ ];
      };
      # also of what several modules share
      "options of all" = {
        found = support.undescribed disabled [ ];
        wanted = [ ];
      };
      "all together" = {
        found = lib.isString together.system.build.toplevel.drvPath;
        wanted = true;
      };
    }
    // lib.listToAttrs (lib.concatMap casesOf names);
}

# The modules for home-manager, by evaluation alone: off they set nothing, on they set what checks/data/home has, and wrong values
# are refused. checks/modules/run evaluates them with all of home-manager.
{
  lib,
  pkgs,
  runCommand,
  ...
}:

let
  support = import ./support/home.nix { inherit pkgs; };
  inherit (support) names cases files;

  treeOf =
    name: value:
    lib.getAttrFromPath ([ "nixsmith" ] ++ cases.${name}.tree)
      (support.stubbed [
        files.${name}
        (lib.setAttrByPath ([ "nixsmith" ] ++ cases.${name}.tree) value)
      ]).config;

  casesOf =
    name:
    [
      (lib.nameValuePair "${name}, disabled" {
        found = support.setBy [ files.${name} ];
        wanted = support.setBy [ ];
      })
      (lib.nameValuePair "${name}, options" {
        found = import ./support/options.nix {
          inherit lib;
          options = (support.stubbed [ files.${name} ]).options.nixsmith;
        };
        wanted = [ ];
      })
      (lib.nameValuePair "${name}, settings" {
        found = support.found name;
        wanted = support.expected name;
      })
    ]
    ++ lib.mapAttrsToList (
      case: value: lib.nameValuePair "${name}, mistyped: ${case}" { refused = treeOf name value; }
    ) cases.${name}.mistyped;
in
import ./support/cases.nix { inherit runCommand; } {
  name = "homeModules";
  unless = if lib ? evalModules then null else "this lib has no modules";
  cases = {
    all-together = {
      found = builtins.attrNames (support.stubbed (map (name: files.${name}) names)).config.nixsmith;
      wanted = [
        "cli"
        "desktop"
      ];
    };
  }
  // lib.listToAttrs (lib.concatMap casesOf names);
}

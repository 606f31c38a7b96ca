# The modules for home-manager, by evaluation alone: off they set nothing, on they set what checks/data/home has, and wrong values
# are refused. checks/modules/run evaluates them with all of home-manager.
{
  lib,
  pkgs,
  path ? null,
  runCommand,
  # names of the modules to look at; all by default
  only ? null,
  ...
}:

let
  # window managers are of Linux, whoever checks them
  support = import ./support/home.nix {
    pkgs =
      if pkgs.stdenv.hostPlatform.isLinux then
        pkgs
      else
        import path {
          system = "aarch64-linux";
          overlays = [ (import ../lib/overlay.nix) ];
        };
  };
  inherit (support) cases files;
  names = if only == null then support.names else only;

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
    # they share the part that several import
    all-together = {
      found = lib.isAttrs (support.setBy (map (name: files.${name}) names));
      wanted = true;
    };
  }
  // lib.listToAttrs (lib.concatMap casesOf names);
}

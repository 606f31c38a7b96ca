{ config, lib, pkgs, ... }:
let
  cfg = config.services.it;
in
{
  options.services.it = {
    name = lib.mkOption {
      type = lib.types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      description = "Name.";
    };
    plain = lib.mkOption { type = lib.types.str; default = "config"; description = "Plain."; };
    hidden = lib.mkOption { type = lib.types.str; default = cfg.name; internal = true; };
    sites = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule ({ config, ... }: {
        options.home = lib.mkOption { type = lib.types.str; default = config.base; description = "Home."; };
      }));
      description = "Sites.";
    };
  };
}

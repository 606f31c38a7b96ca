{ config, lib, ... }:
let
  cfg = config.services.it;
in
{
  options.services.it = {
    name = lib.mkOption { type = lib.types.str; default = config.networking.hostName; description = "Name."; };
    folder = lib.mkOption { type = lib.types.str; default = "${cfg.base}/x"; description = "Folder."; };
  };
}

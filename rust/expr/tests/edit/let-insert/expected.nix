{ config, lib, pkgs, ... }:

let
  cfg = config.services.thing;
  format = pkgs.formats.json { };

in
{
  options.services.thing.enable = lib.mkEnableOption "thing";
}

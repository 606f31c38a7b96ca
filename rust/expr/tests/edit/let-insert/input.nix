{ config, lib, pkgs, ... }:

let
  cfg = config.services.thing;

in
{
  options.services.thing.enable = lib.mkEnableOption "thing";
}

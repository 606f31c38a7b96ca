{ lib, config, ... }:
let
  inherit (lib) mkIf;
in
{
  services.a.enable = lib.mkIf true true;
  services.b.enable = mkIf (true) (config.x || config.y);
  services.c.port = lib.modules.mkIf false 80;
  services.d = mkIf true {
    # why it is here
    enable = true;
  };
}

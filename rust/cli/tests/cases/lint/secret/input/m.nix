{ pkgs, lib, ... }:

with lib;

{
  options.services.foo = {
    enable = mkEnableOption "foo";
    port = mkOption { default = 80; };
    package = mkOption { type = types.package; default = pkgs.hello; description = "x"; };
  };
  config = mkIf true {
    users.users.bob.password = "hunter2";
    environment.etc."foo.key".text = "x";
    systemd.services.foo.script = "${pkgs.hello}/bin/hello";
  };
}

# Services that exist, with what they do not need taken away: presets of lib/hardenedService.nix.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkOption types;
  inherit (import ../../lib/hardeningKinds.nix) kinds allowances;
  cfg = config.nixsmith.hardening;
  option = "nixsmith.hardening";

  # what starts other people's programs would harden them, too, and the builds of Nix need namespaces of their own
  notForThis = [
    "display-manager"
    "getty@"
    "greetd"
    "nix-daemon"
    "serial-getty@"
    "sshd"
    "sshd@"
    "user@"
  ];

  # a service that starts something; one that a package brings is known by its file only
  isService =
    name: service:
    service.fromPackage
    || config.systemd.services.${name}.serviceConfig ? ExecStart
    || config.systemd.services.${name}.script != "";

  serviceModule = {
    options = {
      kind = mkOption {
        type = types.enum kinds;
        example = "network";
        description = "What the service is: a daemon with a network, a daemon of this machine alone, or a job that ends.";
      };

      allow = mkOption {
        type = types.listOf (types.enum allowances);
        default = [ ];
        example = [
          "low-ports"
          "just-in-time"
        ];
        description = "What the service needs nevertheless. A value that the service sets itself wins anyway.";
      };

      fromPackage = mkOption {
        type = types.bool;
        default = false;
        description = "Whether the unit comes from a package in {option}`systemd.packages`, so that NixOS does not see what it starts.";
      };
    };
  };
in
{
  options.nixsmith.hardening = {
    enable = lib.mkEnableOption "hardening of the services named";

    services = mkOption {
      type = types.attrsOf (types.submodule serviceModule);
      default = { };
      example = lib.literalExpression ''
        {
          nginx = {
            kind = "network";
            allow = [ "low-ports" ];
          };
        }
      '';
      description = "The services to harden, by the name of their unit without `.service`.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions =
      lib.mapAttrsToList (name: service: {
        assertion = isService name service;
        message = "${option}.services.${name} hardens a service that does not exist: systemd.services.${name} starts nothing. If a package brings the unit, set ${option}.services.${name}.fromPackage.";
      }) cfg.services
      ++ lib.mapAttrsToList (name: _: {
        assertion = !lib.hasSuffix ".service" name;
        message = "${option}.services.\"${name}\" is to be named without `.service`.";
      }) cfg.services
      ++ lib.mapAttrsToList (name: _: {
        assertion = !builtins.elem name notForThis;
        message = "${option}.services.\"${name}\" is refused: this service starts sessions or builds of others, which would be hardened with it.";
      }) cfg.services;

    systemd.services = lib.mapAttrs (_: service: {
      serviceConfig = import ../../lib/hardenedService.nix {
        inherit lib;
        inherit (service) kind allow;
      };
    }) cfg.services;
  };
}

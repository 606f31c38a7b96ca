# A binary cache of this machine's store: harmonia, or nix-serve, signed, and by name behind nginx where asked for.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.binary-cache-server;
  option = "nixsmith.binary-cache-server";

  # an address of IPv6 stands in brackets before a port
  host = if lib.hasInfix ":" cfg.address then "[${cfg.address}]" else cfg.address;
  isHarmonia = cfg.server == "harmonia";
  hasKey = cfg.signingKeyFile != null;
in
{
  options.nixsmith.binary-cache-server = {
    enable = lib.mkEnableOption "serving this machine's store as a binary cache";

    server = mkOption {
      type = types.enum [
        "harmonia"
        "nix-serve"
      ];
      default = "harmonia";
      example = "nix-serve";
      description = "The program that serves the store.";
    };

    address = mkOption {
      type = types.str;
      default = "0.0.0.0";
      example = "127.0.0.1";
      description = "The address to listen on.";
    };

    port = mkOption {
      type = types.port;
      default = 5000;
      example = 8080;
      description = "The port to listen on.";
    };

    signingKeyFile = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/var/lib/secrets/cache.key";
      description = ''
        File with the secret key that signs what is served, as
        {command}`nix key generate-secret --key-name cache.example.org-1` prints it.
        It must not lie in the store, where everybody may read it.
      '';
    };

    allowUnsigned = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to serve without a signing key: only what others signed before will be accepted by clients.";
    };

    priority = mkOption {
      type = types.ints.between 1 1000;
      default = 50;
      example = 30;
      description = "What clients go by if several caches have a path: the smallest number is asked first. Harmonia alone has it.";
    };

    hostName = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "cache.example.org";
      description = "Name under which nginx serves the cache as well, or `null` for no nginx.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to open the port in the firewall: that of nginx if there is a host name, else that of the server.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = hasKey || cfg.allowUnsigned;
        message = "${option}.signingKeyFile is not set, so clients would refuse what this machine built; set it, or set ${option}.allowUnsigned.";
      }
      {
        assertion = hasKey -> lib.hasPrefix "/" cfg.signingKeyFile;
        message = "${option}.signingKeyFile is not an absolute path: ${toString cfg.signingKeyFile}";
      }
      {
        assertion = hasKey -> !lib.hasPrefix builtins.storeDir cfg.signingKeyFile;
        message = "${option}.signingKeyFile lies in the store, where everybody may read it: ${toString cfg.signingKeyFile}";
      }
      {
        assertion = config.nix.enable;
        message = "${option}.enable needs nix.enable: there is no store to serve without it.";
      }
      {
        assertion = cfg.hostName != null -> cfg.port != 80;
        message = "${option}.port is the port of the nginx that ${option}.hostName asks for: 80";
      }
    ];

    services.harmonia.cache = lib.mkIf isHarmonia {
      enable = true;
      signKeyPaths = lib.optional hasKey cfg.signingKeyFile;
      settings = {
        bind = "${host}:${toString cfg.port}";
        inherit (cfg) priority;
      };
    };

    services.nix-serve = lib.mkIf (!isHarmonia) {
      enable = true;
      bindAddress = host;
      inherit (cfg) port;
      secretKeyFile = cfg.signingKeyFile;
    };

    # harmonia's unit is hardened by its own module
    systemd.services.nix-serve.serviceConfig = lib.mkIf (!isHarmonia) (
      import ../../lib/hardenedService.nix {
        inherit lib;
        kind = "network";
      }
    );

    services.nginx = lib.mkIf (cfg.hostName != null) {
      enable = true;
      recommendedProxySettings = lib.mkDefault true;
      virtualHosts.${cfg.hostName}.locations."/".proxyPass = "http://${
        if
          builtins.elem cfg.address [
            "0.0.0.0"
            "::"
          ]
        then
          "127.0.0.1"
        else
          host
      }:${toString cfg.port}";
    };

    networking.firewall.allowedTCPPorts = lib.optional cfg.openFirewall (
      if cfg.hostName != null then 80 else cfg.port
    );

  };
}

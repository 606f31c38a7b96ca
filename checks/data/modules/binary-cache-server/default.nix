# The server with nginx before it, and nix-serve without.
{
  example.nixsmith.binary-cache-server = {
    enable = true;
    signingKeyFile = "/var/lib/secrets/cache.key";
    hostName = "cache.example.org";
    openFirewall = true;
  };

  units = [
    "harmonia.service"
    "harmonia.socket"
  ];
  values = config: {
    opens = map (port: builtins.elem port config.networking.firewall.allowedTCPPorts) [
      80
      5000
    ];
    proxy = config.services.nginx.virtualHosts."cache.example.org".locations."/".proxyPass;
    settings = config.services.harmonia.cache.settings;
  };

  second = {
    example.nixsmith.binary-cache-server = {
      enable = true;
      server = "nix-serve";
      address = "::";
      port = 8080;
      allowUnsigned = true;
      openFirewall = true;
    };
    units = [ "nix-serve.service" ];
    scripts = [ "nix-serve" ];
    values = config: {
      harmonia = config.services.harmonia.cache.enable;
      nginx = config.services.nginx.enable;
      opens = builtins.elem 8080 config.networking.firewall.allowedTCPPorts;
    };
  };

  refused = {
    no-key = {
      config.nixsmith.binary-cache-server.enable = true;
      names = "nixsmith.binary-cache-server.signingKeyFile";
    };
    key-in-the-store = {
      config.nixsmith.binary-cache-server = {
        enable = true;
        signingKeyFile = "/nix/store/00000000000000000000000000000000-key";
      };
      names = "nixsmith.binary-cache-server.signingKeyFile";
    };
    relative-key = {
      config.nixsmith.binary-cache-server = {
        enable = true;
        signingKeyFile = "cache.key";
      };
      names = "nixsmith.binary-cache-server.signingKeyFile";
    };
    port-of-nginx = {
      config.nixsmith.binary-cache-server = {
        enable = true;
        allowUnsigned = true;
        port = 80;
        hostName = "cache.example.org";
      };
      names = "nixsmith.binary-cache-server.port";
    };
  };
  mistyped = {
    unknown-server.server = "nginx";
    port-too-large.port = 65536;
    priority-of-zero.priority = 0;
  };
}

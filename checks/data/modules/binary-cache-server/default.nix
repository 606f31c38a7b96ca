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

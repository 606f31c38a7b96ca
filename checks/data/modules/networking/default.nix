# A server with a fixed address and a resolver that speaks TLS.
{
  example.nixsmith.networking = {
    enable = true;
    static.enp1s0 = {
      addresses = [ "192.0.2.10/24" ];
      gateways = [ "192.0.2.1" ];
    };
    nameServers = [ "192.0.2.53#dns.example.org" ];
    dnsOverTls = true;
    allowedTcpPorts = [ 8443 ];
  };

  etc = [
    "systemd/network/50-nixsmith-enp1s0.network"
    "systemd/network/90-nixsmith-wired.network"
    "systemd/resolved.conf"
  ];
  values = config: {
    firewall = builtins.elem 8443 config.networking.firewall.allowedTCPPorts;
    inherit (config.networking) useDHCP tempAddresses;
  };

  second = {
    example.nixsmith.networking = {
      enable = true;
      backend = "networkmanager";
    };
    values = config: {
      manager = config.networking.networkmanager.enable;
      networkd = config.systemd.network.enable;
      resolved = config.services.resolved.enable;
      inherit (config.networking) tempAddresses;
      firewall = config.networking.firewall.enable;
      nftables = config.networking.nftables.enable;
    };
  };

  refused = {
    static-of-networkmanager = {
      config.nixsmith.networking = {
        enable = true;
        backend = "networkmanager";
        static.enp1s0.addresses = [ "192.0.2.10/24" ];
      };
      names = "nixsmith.networking.static";
    };
    two-managers = {
      config = {
        nixsmith.networking.enable = true;
        networking.networkmanager.enable = true;
      };
      names = "nixsmith.networking.backend";
    };
    tls-without-servers = {
      config.nixsmith.networking = {
        enable = true;
        dnsOverTls = true;
      };
      names = "nixsmith.networking.dnsOverTls";
    };
    address-without-prefix = {
      config.nixsmith.networking = {
        enable = true;
        static.enp1s0.addresses = [ "192.0.2.10" ];
      };
      names = "nixsmith.networking.static.enp1s0.addresses";
    };
  };
  mistyped = {
    unknown-backend.backend = "ifupdown";
    no-address.static.enp1s0.addresses = [ ];
  };
}

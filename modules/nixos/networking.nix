# One network stack, whole: systemd-networkd or NetworkManager, the resolver, and a firewall that is on.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.networking;
  option = "nixsmith.networking";
  isNetworkd = cfg.backend == "networkd";
  hasStatic = cfg.static != { };

  isAddress = address: builtins.match "[0-9a-fA-F.:]+/[0-9]{1,3}" address != null;

  staticModule = {
    options = {
      addresses = mkOption {
        type = types.nonEmptyListOf types.str;
        example = [
          "192.0.2.10/24"
          "2001:db8::10/64"
        ];
        description = "Addresses of the interface, each with the length of its prefix.";
      };

      gateways = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "192.0.2.1" ];
        description = "Where packets to other networks go.";
      };
    };
  };
in
{
  options.nixsmith.networking = {
    enable = lib.mkEnableOption "a network stack of one piece";

    backend = mkOption {
      type = types.enum [
        "networkd"
        "networkmanager"
      ];
      default = "networkd";
      example = "networkmanager";
      description = "What configures the interfaces: systemd-networkd for servers, NetworkManager for machines that change their networks.";
    };

    static = mkOption {
      type = types.attrsOf (types.submodule staticModule);
      default = { };
      example = lib.literalExpression ''
        {
          enp1s0 = {
            addresses = [ "192.0.2.10/24" ];
            gateways = [ "192.0.2.1" ];
          };
        }
      '';
      description = "Interfaces with fixed addresses, by name. Every other wired interface asks DHCP. For systemd-networkd.";
    };

    nameServers = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "192.0.2.53#dns.example.org" ];
      description = "Name servers; none for those that DHCP names. With {option}`nixsmith.networking.dnsOverTls`, `#` and the name in the certificate follow the address.";
    };

    dnsOverTls = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to ask the name servers through TLS only.";
    };

    allowedTcpPorts = mkOption {
      type = types.listOf types.port;
      default = [ ];
      example = [
        80
        443
      ];
      description = "Ports that the firewall opens, besides those that services open.";
    };

    privacyAddresses = mkOption {
      type = types.bool;
      default = cfg.backend == "networkmanager";
      defaultText = lib.literalExpression ''config.nixsmith.networking.backend == "networkmanager"'';
      description = "Whether connections to others use temporary addresses of IPv6.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = hasStatic -> isNetworkd;
        message = "${option}.static is for ${option}.backend = \"networkd\"; NetworkManager has its own profiles.";
      }
      {
        assertion = isNetworkd -> !config.networking.networkmanager.enable;
        message = "${option}.backend is \"networkd\", but networking.networkmanager.enable is set: two would configure the same interfaces.";
      }
      {
        assertion = cfg.dnsOverTls -> cfg.nameServers != [ ];
        message = "${option}.dnsOverTls needs ${option}.nameServers: those of DHCP seldom speak TLS, and then no name resolves.";
      }
    ]
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: interface:
        map (address: {
          assertion = isAddress address;
          message = "${option}.static.${name}.addresses has what is no address with the length of its prefix: ${address}";
        }) interface.addresses
      ) cfg.static
    );

    networking = {
      useDHCP = mkDefault false;
      useNetworkd = isNetworkd;
      networkmanager.enable = lib.mkIf (!isNetworkd) true;
      nameservers = cfg.nameServers;
      tempAddresses = if cfg.privacyAddresses then "default" else "disabled";
      nftables.enable = mkDefault true;
      firewall = {
        enable = mkDefault true;
        allowedTCPPorts = cfg.allowedTcpPorts;
      };
    };

    services.resolved = {
      enable = true;
      settings.Resolve = {
        DNSOverTLS = cfg.dnsOverTls;
        LLMNR = mkDefault false;
      };
    };

    systemd.network = lib.mkIf isNetworkd {
      enable = true;
      # one interface with an address is a network
      wait-online.anyInterface = mkDefault true;
      networks = {
        "90-nixsmith-wired" = {
          matchConfig = {
            Type = "ether";
            # not the ends of containers and virtual machines
            Kind = "!*";
          };
          networkConfig = {
            DHCP = "yes";
            IPv6PrivacyExtensions = if cfg.privacyAddresses then "yes" else "no";
          };
        };
      }
      // lib.mapAttrs' (
        name: interface:
        lib.nameValuePair "50-nixsmith-${name}" {
          matchConfig.Name = name;
          address = interface.addresses;
          gateway = interface.gateways;
          networkConfig.DHCP = "no";
        }
      ) cfg.static;
    };
  };
}

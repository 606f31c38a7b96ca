# lib/hardenedService.nix: each kind, each allowance, and that a service's own value wins.
{ lib, runCommand, ... }:

let
  of =
    kind: allow:
    builtins.mapAttrs (_: value: value.content) (
      import ../../lib/hardenedService.nix { inherit lib kind allow; }
    );

  # what is there without the allowance, and what with it, where the two differ
  changes =
    kind: allow:
    let
      strict = of kind [ ];
      relaxed = of kind allow;
    in
    lib.filterAttrs (_: value: value != null) (
      lib.genAttrs (lib.unique (builtins.attrNames strict ++ builtins.attrNames relaxed)) (
        name:
        let
          found = relaxed.${name} or "absent";
        in
        if strict.${name} or "absent" == found then null else found
      )
    );

  merged =
    own:
    (lib.evalModules {
      modules = [
        {
          options.serviceConfig = lib.mkOption {
            description = "As of systemd.services.";
            type = lib.types.lazyAttrsOf lib.types.raw;
          };
        }
        {
          serviceConfig = import ../../lib/hardenedService.nix {
            inherit lib;
            kind = "network";
          };
        }
        { serviceConfig = own; }
      ];
    }).config.serviceConfig;
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-hardenedService";
  unless = if lib ? evalModules then null else "this lib has no modules";
  cases = {
    local = {
      found = {
        inherit (of "local" [ ])
          PrivateNetwork
          RestrictAddressFamilies
          CapabilityBoundingSet
          SystemCallFilter
          ;
      };
      wanted = {
        PrivateNetwork = true;
        RestrictAddressFamilies = [ "AF_UNIX" ];
        CapabilityBoundingSet = "";
        SystemCallFilter = [
          "@system-service"
          "~@privileged"
          "~@resources"
        ];
      };
    };
    network = {
      found = {
        families = (of "network" [ ]).RestrictAddressFamilies;
        isolated = (of "network" [ ]) ? PrivateNetwork;
      };
      wanted = {
        families = [
          "AF_UNIX"
          "AF_INET"
          "AF_INET6"
        ];
        isolated = false;
      };
    };
    oneshot-is-local = {
      found = of "oneshot" [ ];
      wanted = of "local" [ ];
    };
    network-allowed = {
      found = of "oneshot" [ "network" ];
      wanted = of "network" [ ];
    };
    devices = {
      found = changes "local" [ "devices" ];
      wanted = {
        PrivateDevices = "absent";
        DevicePolicy = "absent";
      };
    };
    home = {
      found = changes "local" [ "home" ];
      wanted.ProtectHome = "read-only";
    };
    just-in-time = {
      found = changes "local" [ "just-in-time" ];
      wanted.MemoryDenyWriteExecute = "absent";
    };
    low-ports = {
      found = changes "network" [ "low-ports" ];
      wanted = {
        AmbientCapabilities = [ "CAP_NET_BIND_SERVICE" ];
        CapabilityBoundingSet = [ "CAP_NET_BIND_SERVICE" ];
        PrivateUsers = "absent";
      };
    };
    namespaces = {
      found = changes "local" [ "namespaces" ];
      wanted.RestrictNamespaces = "absent";
    };
    netlink = {
      found = changes "local" [ "netlink" ];
      wanted.RestrictAddressFamilies = [
        "AF_UNIX"
        "AF_NETLINK"
      ];
    };
    other-processes = {
      found = changes "local" [ "other-processes" ];
      wanted = {
        AmbientCapabilities = [ "CAP_SYS_PTRACE" ];
        CapabilityBoundingSet = [ "CAP_SYS_PTRACE" ];
        PrivateUsers = "absent";
        ProcSubset = "absent";
        ProtectProc = "absent";
      };
    };
    privileged-calls = {
      found = changes "local" [ "privileged-calls" ];
      wanted.SystemCallFilter = [ "@system-service" ];
    };
    root = {
      found = changes "local" [ "root" ];
      wanted = {
        AmbientCapabilities = "absent";
        CapabilityBoundingSet = "absent";
        PrivateUsers = "absent";
        SystemCallFilter = [
          "@system-service"
          "~@resources"
        ];
      };
    };
    writable-system = {
      found = changes "local" [ "writable-system" ];
      wanted.ProtectSystem = true;
    };
    own-value-wins = {
      found = (merged { ProtectHome = false; }).ProtectHome;
      wanted = false;
    };
    the-rest-stays = {
      found = (merged { ProtectHome = false; }).PrivateTmp;
      wanted = true;
    };
    unknown-kind.refused = of "daemon" [ ];
    unknown-allowance.refused = of "local" [ "divices" ];
  };
}

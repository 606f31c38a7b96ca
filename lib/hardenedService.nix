/**
  What a kind of service does not need, as `serviceConfig` of systemd: each value a default that the service may set itself.

  # Inputs

  `lib`: the library of nixpkgs.

  `kind`:
    - `network`: a daemon that talks to the network (sockets of IPv4, IPv6 and Unix);
    - `local`: a daemon that talks to this machine alone (sockets of Unix; no interface but its own loopback);
    - `oneshot`: a job that ends (as `local`, with a network if allowed).

  `allow`: list of what it needs nevertheless:
    - `network`: sockets of IPv4 and IPv6, for the kinds that have none;
    - `netlink`: asking the kernel for interfaces and addresses;
    - `low-ports`: ports below 1024;
    - `devices`: the devices of the machine;
    - `home`: home folders, read only;
    - `just-in-time`: memory that is written and executed (Java, Node, …);
    - `namespaces`: namespaces of its own (containers, browsers, `bwrap`);
    - `other-processes`: seeing the processes of others;
    - `privileged-calls`: system calls of root;
    - `root`: the user root with its capabilities, and the user ids of others;
    - `writable-system`: writing outside of its state, cache, log and runtime folders, but not to /usr and /boot.

  # Output

  Attribute set for `systemd.services.<name>.serviceConfig`. An unknown kind or allowance is an error that shows what there is.

  # Example

  systemd.services.web.serviceConfig = hardenedService { inherit lib; kind = "network"; allow = [ "low-ports" ]; };
*/
{
  lib,
  kind,
  allow ? [ ],
}:

let
  inherit (import ./hardeningKinds.nix) kinds allowances;

  refused =
    what: known: name:
    let
      near = import ./nearNames.nix { inherit lib known name; };
    in
    throw "hardenedService: there is no ${what} `${name}`; ${
      if near != [ ] then
        "near: " + lib.concatStringsSep ", " near
      else
        "known: " + lib.concatStringsSep ", " known
    }";

  wrong = builtins.filter (name: !builtins.elem name allowances) allow;

  has = name: builtins.elem name allow;
  withNetwork = kind == "network" || has "network";

  capabilities =
    lib.optional (has "low-ports") "CAP_NET_BIND_SERVICE"
    ++ lib.optional (has "other-processes") "CAP_SYS_PTRACE";

  always = {
    LockPersonality = true;
    NoNewPrivileges = true;
    PrivateTmp = true;
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    RemoveIPC = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    UMask = "0077";

    ProtectHome = if has "home" then "read-only" else true;
    ProtectSystem = if has "writable-system" then true else "strict";
    RestrictAddressFamilies = [
      "AF_UNIX"
    ]
    ++ lib.optionals withNetwork [
      "AF_INET"
      "AF_INET6"
    ]
    ++ lib.optional (has "netlink") "AF_NETLINK";
    SystemCallFilter = [
      "@system-service"
    ]
    ++ lib.optional (!has "privileged-calls" && !has "root") "~@privileged"
    ++ lib.optional (!has "privileged-calls") "~@resources";
    # a filter that says no, and a program that can go on
    SystemCallErrorNumber = "EPERM";
  };

  unlessAllowed =
    lib.optionalAttrs (!has "devices") {
      PrivateDevices = true;
      DevicePolicy = "closed";
    }
    // lib.optionalAttrs (!has "just-in-time") { MemoryDenyWriteExecute = true; }
    // lib.optionalAttrs (!has "namespaces") { RestrictNamespaces = true; }
    // lib.optionalAttrs (!has "other-processes") {
      ProtectProc = "invisible";
      ProcSubset = "pid";
    }
    // lib.optionalAttrs (!has "root") {
      # the empty text clears the set
      CapabilityBoundingSet = if capabilities == [ ] then "" else capabilities;
      AmbientCapabilities = if capabilities == [ ] then "" else capabilities;
    }
    // lib.optionalAttrs (!has "root" && capabilities == [ ]) { PrivateUsers = true; }
    // lib.optionalAttrs (!withNetwork) {
      PrivateNetwork = true;
      IPAddressDeny = "any";
    };
in
if !builtins.elem kind kinds then
  refused "kind" kinds kind
else if wrong != [ ] then
  refused "allowance" allowances (builtins.head wrong)
else
  builtins.mapAttrs (_: lib.mkDefault) (always // unlessAllowed)

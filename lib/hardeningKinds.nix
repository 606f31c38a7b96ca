/**
  The words that `hardenedService` understands, for those who check them beforehand.

  # Output

  `kinds`: list of the kinds of service. `allowances`: list of what a service may be allowed.

  # Example

  lib.types.enum hardeningKinds.kinds
*/
{
  kinds = [
    "local"
    "network"
    "oneshot"
  ];

  allowances = [
    "devices"
    "home"
    "just-in-time"
    "low-ports"
    "namespaces"
    "netlink"
    "network"
    "other-processes"
    "privileged-calls"
    "root"
    "writable-system"
  ];
}

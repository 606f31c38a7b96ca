/**
  NixOS test that ends: the driver's own limit is an hour, this one's ten minutes. The test may set each of the defaults itself.

  # Inputs

  `pkgs`: a package set of Linux.
  `globalTimeout`: seconds until the driver gives up, 600 by default. The build itself (`meta.timeout`) gets five minutes more.
  Everything else is a module of a NixOS test: `name`, `nodes`, `testScript`, `defaults`, …

  # Output

  The derivation that runs the test (`.driver` and `.driverInteractive` as usual). Its machines have no documentation to build.

  # Example

  nixosTestFor { inherit pkgs; name = "web"; nodes.machine.services.nginx.enable = true; testScript = "machine.wait_for_open_port(80)"; }
  =>  «derivation vm-test-run-web»
*/
{
  pkgs,
  globalTimeout ? 600,
  ...
}@given:

let
  inherit (pkgs) lib;

  test = removeAttrs given [
    "pkgs"
    "globalTimeout"
  ];

  limits = {
    globalTimeout = lib.mkDefault globalTimeout;
    meta.timeout = lib.mkDefault (globalTimeout + 300);

    defaults.documentation.enable = lib.mkDefault false;
  };
in
if !pkgs.stdenv.hostPlatform.isLinux then
  throw "nixosTestFor: a NixOS test needs a package set of Linux, this one is of `${pkgs.stdenv.hostPlatform.system}`"
else if !builtins.isInt globalTimeout || globalTimeout <= 0 then
  throw "nixosTestFor: `globalTimeout` is a number of seconds above zero"
else if !(given ? name && given ? testScript) then
  throw "nixosTestFor: `name` and `testScript` must be given"
else
  pkgs.testers.runNixOSTest {
    imports = [
      limits
      test
    ];
  }

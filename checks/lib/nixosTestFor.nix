# lib/nixosTestFor.nix: limits and defaults; no machine is built.
{
  lib,
  path ? null,
  runCommand,
  ...
}:

let
  on =
    system: arguments:
    import ../../lib/nixosTestFor.nix (
      {
        pkgs = import path { inherit system; };
        name = "example";
        testScript = "machine.wait_for_unit('default.target')";
        nodes.machine = { };
      }
      // arguments
    );
  test = on "x86_64-linux";
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-nixosTestFor";
  unless = if lib ? evalModules then null else "this nixpkgs has no NixOS tests";
  cases = {
    limits = {
      found = {
        inherit ((test { }).config) globalTimeout;
        inherit ((test { }).config.meta) timeout;
      };
      wanted = {
        globalTimeout = 600;
        timeout = 900;
      };
    };
    another-limit = {
      found = {
        inherit ((test { globalTimeout = 60; }).config) globalTimeout;
        inherit ((test { globalTimeout = 60; }).config.meta) timeout;
      };
      wanted = {
        globalTimeout = 60;
        timeout = 360;
      };
    };
    limit-of-the-build-alone = {
      found = (test { meta.timeout = 1200; }).config.meta.timeout;
      wanted = 1200;
    };
    name = {
      found = (test { }).config.name;
      wanted = "example";
    };
    default-of-the-machines = {
      found = (test { }).config.nodes.machine.documentation.enable;
      wanted = false;
    };
    default-changed = {
      found = (test { defaults.documentation.enable = true; }).config.nodes.machine.documentation.enable;
      wanted = true;
    };
    another-kernel.refused = on "aarch64-darwin" { };
    no-time.refused = test { globalTimeout = 0; };
    time-as-text.refused = test { globalTimeout = "60"; };
    no-script.refused = import ../../lib/nixosTestFor.nix {
      pkgs = import path { system = "x86_64-linux"; };
      name = "example";
    };
  };
}

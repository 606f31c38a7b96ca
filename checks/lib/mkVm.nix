# lib/mkVm.nix: what the configuration of the machine says; it is not built.
{
  lib,
  path ? null,
  runCommand,
  ...
}:

let
  mkVm =
    arguments:
    import ../../lib/mkVm.nix (
      {
        nixpkgs = path;
        system = "x86_64-linux";
        modules = [ ];
      }
      // arguments
    );
  of = arguments: (mkVm arguments).config;
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-mkVm";
  unless = if lib ? evalModules then null else "this nixpkgs has no NixOS";
  cases = {
    defaults = {
      found = {
        inherit ((of { }).virtualisation) memorySize cores graphics;
        inherit ((of { }).networking) hostName;
      };
      wanted = {
        memorySize = 1024;
        cores = 1;
        graphics = false;
        hostName = "vm";
      };
    };
    modules-win = {
      found =
        let
          config = of {
            memory = 2048;
            modules = [
              {
                networking.hostName = "guest";
                virtualisation.memorySize = 3072;
              }
            ];
          };
        in
        {
          inherit (config.networking) hostName;
          inherit (config.virtualisation) memorySize;
        };
      wanted = {
        hostName = "guest";
        memorySize = 3072;
      };
    };
    forwarded-ports = {
      found = map (forward: {
        inherit (forward.host) address port;
        guest = forward.guest.port;
      }) (of { forwardPorts."8080" = 80; }).virtualisation.forwardPorts;
      wanted = [
        {
          address = "127.0.0.1";
          port = 8080;
          guest = 80;
        }
      ];
    };
    port-that-is-none.refused = (of { forwardPorts.http = 80; }).virtualisation.forwardPorts;
    port-too-large.refused = (of { forwardPorts."65536" = 80; }).virtualisation.forwardPorts;
    guest-port-that-is-none.refused = (of { forwardPorts."8080" = 0 - 1; }).virtualisation.forwardPorts;
  };
}

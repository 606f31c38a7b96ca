/**
  Virtual machine of a NixOS configuration, as a program to start.

  # Inputs

  `nixpkgs`: the flake, or the path of a nixpkgs tree.
  `system`: what the guest is.
  `hostPkgs`: package set of the machine that runs it; by default the guest's own.
  `modules`: list of NixOS modules.
  `memory`, `diskSize`: in MiB. `cores`: number of processors.
  `forwardPorts`: attribute set, port of the host → port of the guest, reachable from this machine alone.

  # Output

  The derivation whose `bin/run-<host name>-vm` starts it; `.config` is the evaluated configuration. Root logs in on the console
  without a password, for it can only be reached from this machine; everything is a default that `modules` may change.

  # Example

  mkVm { inherit nixpkgs; system = "x86_64-linux"; modules = [ { services.nginx.enable = true; } ]; forwardPorts."8080" = 80; }
  =>  «derivation nixos-vm»
*/
{
  nixpkgs,
  system,
  modules,
  hostPkgs ? null,
  memory ? 1024,
  cores ? 1,
  diskSize ? 4096,
  forwardPorts ? { },
}:

let
  lib = nixpkgs.lib or (import (nixpkgs + "/lib"));

  forward = from: guest: {
    from = "host";
    host = {
      address = "127.0.0.1";
      port = port from;
    };
    guest.port = guest;
  };

  port =
    text:
    if builtins.match "[1-9][0-9]{0,4}" text == null then
      throw "mkVm: `forwardPorts` names a port of the host, from 1 to 65535: `${text}`"
    else
      lib.toInt text;

  machine =
    { modulesPath, ... }:
    {
      imports = [ (modulesPath + "/virtualisation/qemu-vm.nix") ];

      nixpkgs.hostPlatform = lib.mkDefault system;
      networking.hostName = lib.mkDefault "vm";
      system.stateVersion = lib.mkDefault lib.trivial.release;
      documentation.enable = lib.mkDefault false;
      services.getty.autologinUser = lib.mkDefault "root";
      users.allowNoPasswordLogin = lib.mkDefault true;

      virtualisation = {
        memorySize = lib.mkDefault memory;
        cores = lib.mkDefault cores;
        diskSize = lib.mkDefault diskSize;
        graphics = lib.mkDefault false;
        forwardPorts = lib.mapAttrsToList forward forwardPorts;
      }
      // lib.optionalAttrs (hostPkgs != null) { host.pkgs = hostPkgs; };
    };

  evaluated = import (nixpkgs + "/nixos/lib/eval-config.nix") {
    inherit lib;
    system = null;
    modules = [ machine ] ++ modules;
  };
in
evaluated.config.system.build.vm // { inherit (evaluated) config; }

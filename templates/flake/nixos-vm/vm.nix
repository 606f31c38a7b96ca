# What is true of it only as a virtual machine.
{ modulesPath, ... }:

{
  imports = [ (modulesPath + "/virtualisation/qemu-vm.nix") ];

  virtualisation = {
    cores = 2;
    memorySize = 1024;
    # the console is the terminal: ctrl-a x ends the machine
    graphics = false;
    forwardPorts = [
      {
        from = "host";
        host.port = 2222;
        guest.port = 22;
      }
      {
        from = "host";
        host.port = 8080;
        guest.port = 80;
      }
    ];
  };

  # nobody else reaches the console
  services.getty.autologinUser = "ada";

  # the manual is read elsewhere, and takes long to build
  documentation.nixos.enable = false;
}

# The machine that the cache runs on: what `nixos-generate-config` writes takes this place.
{
  nixpkgs.hostPlatform = "x86_64-linux";

  boot.loader.systemd-boot.enable = true;

  fileSystems = {
    "/" = {
      device = "/dev/disk/by-label/nixos";
      fsType = "ext4";
    };
    "/boot" = {
      device = "/dev/disk/by-label/boot";
      fsType = "vfat";
    };
  };

  services.openssh.enable = true;

  # the manual is read elsewhere, and takes long to build
  documentation.nixos.enable = false;

  # the release that the machine was first installed with; it stays
  system.stateVersion = "26.05";
}

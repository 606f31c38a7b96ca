# btrfs with snapshots of the homes.
{
  example.nixsmith.filesystem = {
    enable = true;
    layout = "btrfs";
    swapDevice = "/dev/disk/by-label/swap";
    snapshots = {
      enable = true;
      hourly = 12;
    };
  };

  etc = [ "snapper/configs/home" ];
  values =
    config:
    let
      mounts = [
        "/"
        "/boot"
        "/home"
        "/nix"
        "/var/log"
      ];
    in
    {
      fileSystems = builtins.listToAttrs (
        map (name: {
          inherit name;
          value = {
            inherit (config.fileSystems.${name})
              device
              fsType
              neededForBoot
              options
              ;
          };
        }) mounts
      );
      scrub = { inherit (config.services.btrfs.autoScrub) enable fileSystems interval; };
      trim = config.services.fstrim.enable;
      swap = map (swap: swap.device) config.swapDevices;
    };

  second = {
    example = {
      nixsmith.filesystem = {
        enable = true;
        layout = "zfs";
        snapshots.enable = true;
      };
      networking.hostId = "01234567";
    };
    values = config: {
      root = { inherit (config.fileSystems."/") device fsType; };
      log = { inherit (config.fileSystems."/var/log") device neededForBoot; };
      trim = config.services.zfs.trim.enable;
      fstrim = config.services.fstrim.enable;
      scrub = config.services.zfs.autoScrub.enable;
      snapshots = {
        inherit (config.services.zfs.autoSnapshot)
          enable
          frequent
          hourly
          monthly
          ;
      };
      btrfs = config.services.btrfs.autoScrub.enable;
    };
  };

  refused = {
    scrub-of-ext4 = {
      config.nixsmith.filesystem = {
        enable = true;
        layout = "ext4";
        scrub.enable = true;
      };
      names = "nixsmith.filesystem.scrub.enable";
    };
    snapshots-of-ext4 = {
      config.nixsmith.filesystem = {
        enable = true;
        layout = "ext4";
        snapshots.enable = true;
      };
      names = "nixsmith.filesystem.snapshots.enable";
    };
    zfs-without-host = {
      config.nixsmith.filesystem = {
        enable = true;
        layout = "zfs";
      };
      names = "networking.hostId";
    };
    pool-as-device = {
      config.nixsmith.filesystem = {
        enable = true;
        layout = "btrfs";
        device = "rpool";
      };
      names = "nixsmith.filesystem.device";
    };
  };
  mistyped = {
    unknown-layout.layout = "fat";
    less-than-no-snapshots.snapshots.daily = 0 - 1;
  };
}

# What is mounted where, on btrfs, ZFS or ext4, with the care that the file system can take: scrub, trim, snapshots.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.filesystem;
  option = "nixsmith.filesystem";

  isBtrfs = cfg.layout == "btrfs";
  isZfs = cfg.layout == "zfs";
  isExt4 = cfg.layout == "ext4";

  btrfs = subvolume: {
    inherit (cfg) device;
    fsType = "btrfs";
    options = [
      "subvol=${subvolume}"
      "compress=zstd"
      "noatime"
    ];
  };
  dataset = name: {
    device = "${cfg.device}/${name}";
    fsType = "zfs";
  };

  roots = {
    btrfs = {
      "/" = btrfs "root";
      "/home" = btrfs "home";
      "/nix" = btrfs "nix";
      "/var/log" = btrfs "log" // {
        neededForBoot = true;
      };
    };
    zfs = {
      "/" = dataset "root";
      "/home" = dataset "home";
      "/nix" = dataset "nix";
      "/var/log" = dataset "log" // {
        neededForBoot = true;
      };
    };
    ext4."/" = {
      inherit (cfg) device;
      fsType = "ext4";
      options = [ "noatime" ];
    };
  };

  keepOption =
    period: amount:
    mkOption {
      type = types.ints.unsigned;
      default = amount;
      example = amount + 2;
      description = "How many ${period} snapshots are kept.";
    };
in
{
  options.nixsmith.filesystem = {
    enable = lib.mkEnableOption "mounting of a common layout";

    layout = mkOption {
      type = types.enum [
        "btrfs"
        "zfs"
        "ext4"
      ];
      example = "btrfs";
      description = ''
        What is on the disk:
        `btrfs` with the subvolumes `root`, `home`, `nix` and `log`;
        `zfs` with the datasets of these names, mounted as `legacy`;
        `ext4`, one for all.
      '';
    };

    device = mkOption {
      type = types.str;
      default = if isZfs then "rpool" else "/dev/disk/by-label/nixos";
      defaultText = lib.literalExpression ''if layout == "zfs" then "rpool" else "/dev/disk/by-label/nixos"'';
      example = "/dev/disk/by-uuid/00000000-0000-0000-0000-000000000000";
      description = "The block device; for ZFS the pool.";
    };

    bootDevice = mkOption {
      type = types.nullOr types.str;
      default = "/dev/disk/by-label/boot";
      example = "/dev/disk/by-partlabel/ESP";
      description = "The EFI partition, mounted at {file}`/boot`, or `null` for none.";
    };

    swapDevice = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/dev/disk/by-label/swap";
      description = "The swap partition, or `null` for none.";
    };

    scrub = {
      enable = mkOption {
        type = types.bool;
        default = !isExt4;
        defaultText = lib.literalExpression ''layout != "ext4"'';
        description = "Whether to read everything regularly and compare it with its checksums.";
      };

      interval = mkOption {
        type = types.str;
        default = "monthly";
        example = "weekly";
        description = "How often, as in {manpage}`systemd.time(7)`.";
      };
    };

    trim = mkOption {
      type = types.bool;
      default = true;
      description = "Whether to tell the disk weekly what is no longer used.";
    };

    snapshots = {
      enable = lib.mkEnableOption "regular snapshots of {file}`/home`";
      hourly = keepOption "hourly" 24;
      daily = keepOption "daily" 7;
      weekly = keepOption "weekly" 4;
      monthly = keepOption "monthly" 3;
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = isExt4 -> !cfg.scrub.enable;
        message = "${option}.scrub.enable is set, but ext4 (${option}.layout) has no checksums to compare with.";
      }
      {
        assertion = isExt4 -> !cfg.snapshots.enable;
        message = "${option}.snapshots.enable is set, but ext4 (${option}.layout) has no snapshots.";
      }
      {
        assertion = isZfs -> config.networking.hostId != null;
        message = "${option}.layout is \"zfs\", so networking.hostId must be set: eight hexadecimal digits of this machine's own.";
      }
      {
        assertion =
          isZfs -> builtins.match "[A-Za-z][A-Za-z0-9_.:-]*(/[A-Za-z0-9_.:-]+)*" cfg.device != null;
        message = "${option}.device is to name a pool or dataset of ZFS, not a block device: ${cfg.device}";
      }
      {
        assertion = !isZfs -> lib.hasPrefix "/dev/" cfg.device;
        message = "${option}.device is to name a block device below /dev: ${cfg.device}";
      }
    ];

    fileSystems =
      roots.${cfg.layout}
      // lib.optionalAttrs (cfg.bootDevice != null) {
        "/boot" = {
          device = cfg.bootDevice;
          fsType = "vfat";
          # only root reads the random seed that lies there
          options = [ "umask=0077" ];
        };
      };

    swapDevices = lib.optional (cfg.swapDevice != null) { device = cfg.swapDevice; };

    services.fstrim.enable = lib.mkIf (!isZfs) (mkDefault cfg.trim);

    services.btrfs.autoScrub = lib.mkIf (isBtrfs && cfg.scrub.enable) {
      enable = true;
      inherit (cfg.scrub) interval;
      # the subvolumes are one file system
      fileSystems = [ "/" ];
    };

    services.snapper.configs = lib.mkIf (isBtrfs && cfg.snapshots.enable) {
      home = {
        SUBVOLUME = "/home";
        TIMELINE_CREATE = true;
        TIMELINE_CLEANUP = true;
        TIMELINE_LIMIT_HOURLY = cfg.snapshots.hourly;
        TIMELINE_LIMIT_DAILY = cfg.snapshots.daily;
        TIMELINE_LIMIT_WEEKLY = cfg.snapshots.weekly;
        TIMELINE_LIMIT_MONTHLY = cfg.snapshots.monthly;
        TIMELINE_LIMIT_YEARLY = 0;
      };
    };

    # snapper keeps them in a subvolume of the one they are of
    systemd.tmpfiles.rules = lib.mkIf (isBtrfs && cfg.snapshots.enable) [
      "v /home/.snapshots 0700 root root -"
    ];

    services.zfs = lib.mkIf isZfs {
      trim.enable = mkDefault cfg.trim;
      autoScrub = {
        inherit (cfg.scrub) enable interval;
      };
      autoSnapshot = {
        inherit (cfg.snapshots)
          enable
          hourly
          daily
          weekly
          monthly
          ;
        frequent = mkDefault 0;
      };
    };
  };
}

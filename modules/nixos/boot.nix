# How the machine starts: the boot loader, the kernel, and how many systems are in the menu.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.boot;
  option = "nixsmith.boot";

  isGrub = cfg.loader == "grub" || cfg.loader == "grub-bios";
  isEfi = cfg.loader != "grub-bios";
in
{
  options.nixsmith.boot = {
    enable = lib.mkEnableOption "a boot loader and kernel with few decisions";

    loader = mkOption {
      type = types.enum [
        "systemd-boot"
        "grub"
        "grub-bios"
      ];
      default = "systemd-boot";
      example = "grub-bios";
      description = "The boot loader: systemd-boot or GRUB on EFI, or GRUB in the boot sector.";
    };

    device = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/dev/disk/by-id/ata-EXAMPLE";
      description = "The disk with the boot sector, for `grub-bios`.";
    };

    generations = mkOption {
      type = types.ints.positive;
      default = 10;
      example = 5;
      description = "How many systems are in the menu. More than fit into the boot partition make updates fail.";
    };

    timeoutSeconds = mkOption {
      type = types.ints.unsigned;
      default = 3;
      example = 0;
      description = "How long the menu waits.";
    };

    editor = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the kernel's arguments can be changed in the menu of systemd-boot: whoever can, is root.";
    };

    kernel = mkOption {
      type = types.enum [
        "default"
        "latest"
      ];
      default = "default";
      example = "latest";
      description = "The kernel: the long-term one that NixOS is tested with, or the newest.";
    };

    quiet = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to start with a picture instead of messages.";
    };

    temporaryInMemory = mkOption {
      type = types.bool;
      default = false;
      description = "Whether {file}`/tmp` is in memory, so that it is empty after each start.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.loader == "grub-bios" -> cfg.device != null;
        message = "${option}.loader is \"grub-bios\", so ${option}.device must name the disk with the boot sector.";
      }
      {
        assertion = isEfi -> cfg.device == null;
        message = "${option}.device is for ${option}.loader = \"grub-bios\"; on EFI the loader lies in a partition.";
      }
      {
        assertion = cfg.editor -> cfg.loader == "systemd-boot";
        message = "${option}.editor is for ${option}.loader = \"systemd-boot\".";
      }
    ];

    boot = {
      loader = {
        timeout = cfg.timeoutSeconds;
        efi.canTouchEfiVariables = lib.mkIf isEfi (mkDefault true);
        systemd-boot = lib.mkIf (cfg.loader == "systemd-boot") {
          enable = true;
          configurationLimit = cfg.generations;
          inherit (cfg) editor;
        };
        grub =
          if isGrub then
            {
              enable = true;
              configurationLimit = cfg.generations;
              efiSupport = isEfi;
              device = if isEfi then "nodev" else toString cfg.device;
            }
          else
            { enable = mkDefault false; };
      };

      initrd.systemd.enable = mkDefault true;
      kernelPackages = lib.mkIf (cfg.kernel == "latest") (mkDefault pkgs.linuxPackages_latest);
      tmp.useTmpfs = lib.mkIf cfg.temporaryInMemory true;

      plymouth.enable = lib.mkIf cfg.quiet (mkDefault true);
      consoleLogLevel = lib.mkIf cfg.quiet (mkDefault 3);
      initrd.verbose = lib.mkIf cfg.quiet (mkDefault false);
      kernelParams = lib.optionals cfg.quiet [
        "quiet"
        "udev.log_level=3"
      ];
    };
  };
}

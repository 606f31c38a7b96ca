# systemd with limits: a journal that ends, memory that runs out in one service and not in all, a machine that does not hang.
{
  config,
  lib,
  ...
}:

let
  inherit (lib) mkDefault mkOption types;
  cfg = config.nixsmith.systemd;
  option = "nixsmith.systemd";

  size = types.strMatching "[1-9][0-9]*[KMGT]";
  # a whole number with a unit, as systemd.time(7) has them
  span = types.strMatching "[1-9][0-9]*(s|min|h|day|week|month|year)";
in
{
  options.nixsmith.systemd = {
    enable = lib.mkEnableOption "limits for the journal, memory and hanging units";

    journal = {
      maxSize = mkOption {
        type = size;
        default = "1G";
        example = "256M";
        description = "How much the journal may take on disk.";
      };

      maxRetention = mkOption {
        type = span;
        default = "3month";
        example = "2week";
        description = "How long messages are kept.";
      };

      persistent = mkOption {
        type = types.bool;
        default = true;
        description = "Whether the journal outlives a restart.";
      };
    };

    outOfMemory = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether systemd-oomd ends what uses up the memory before the whole machine stands still.";
      };

      pressurePercent = mkOption {
        type = types.ints.between 1 100;
        default = 60;
        example = 80;
        description = "How much of the time everything may wait for memory.";
      };
    };

    watchdog = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether the hardware restarts the machine if systemd hangs. Without such hardware nothing happens.";
      };

      runtime = mkOption {
        type = span;
        default = "30s";
        example = "1min";
        description = "How long systemd may be silent while the machine runs.";
      };

      reboot = mkOption {
        type = span;
        default = "10min";
        example = "5min";
        description = "How long a restart may take.";
      };
    };

    stopTimeout = mkOption {
      type = span;
      default = "30s";
      example = "90s";
      description = "How long a unit may take to stop, unless it says otherwise.";
    };

    coreDumps = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the memory of crashed programs is kept. It may hold secrets.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.outOfMemory.enable -> config.systemd.oomd.enable;
        message = "${option}.outOfMemory.enable is set, but systemd.oomd.enable is not.";
      }
      {
        assertion = cfg.outOfMemory.enable -> !config.services.earlyoom.enable;
        message = "${option}.outOfMemory.enable and services.earlyoom.enable would both end programs.";
      }
    ];

    services.journald = {
      storage = if cfg.journal.persistent then "persistent" else "volatile";
      extraConfig = ''
        SystemMaxUse=${cfg.journal.maxSize}
        RuntimeMaxUse=${cfg.journal.maxSize}
        MaxRetentionSec=${cfg.journal.maxRetention}
      '';
    };

    systemd = {
      oomd = lib.mkIf cfg.outOfMemory.enable {
        enable = mkDefault true;
        enableRootSlice = mkDefault true;
        enableSystemSlice = mkDefault true;
        enableUserSlices = mkDefault true;
        settings.OOM.DefaultMemoryPressureLimit = "${toString cfg.outOfMemory.pressurePercent}%";
      };
      slices = lib.mkIf cfg.outOfMemory.enable (
        lib.genAttrs [ "-" "system" "user" ] (_: {
          sliceConfig.ManagedOOMMemoryPressureLimit = "${toString cfg.outOfMemory.pressurePercent}%";
        })
      );

      settings.Manager = {
        DefaultTimeoutStopSec = cfg.stopTimeout;
      }
      // lib.optionalAttrs cfg.watchdog.enable {
        RuntimeWatchdogSec = cfg.watchdog.runtime;
        RebootWatchdogSec = cfg.watchdog.reboot;
      };

      coredump.settings.Coredump.Storage = if cfg.coreDumps then "external" else "none";
    };
  };
}

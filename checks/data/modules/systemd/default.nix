# Smaller and shorter than the defaults.
{
  example.nixsmith.systemd = {
    enable = true;
    journal.maxSize = "256M";
    stopTimeout = "20s";
  };

  units = [
    "-.slice"
    "system.slice"
    "user.slice"
  ];
  etc = [
    "systemd/coredump.conf"
    "systemd/journald.conf"
    "systemd/oomd.conf"
  ];
  values = config: {
    inherit (config.systemd.settings.Manager)
      DefaultTimeoutStopSec
      RebootWatchdogSec
      RuntimeWatchdogSec
      ;
  };

  second = {
    example.nixsmith.systemd = {
      enable = true;
      journal.persistent = false;
      watchdog.enable = false;
      outOfMemory.enable = false;
      coreDumps = true;
    };
    etc = [
      "systemd/coredump.conf"
      "systemd/journald.conf"
    ];
    values = config: {
      watchdog = config.systemd.settings.Manager ? RuntimeWatchdogSec;
      slices = config.systemd.oomd.enableRootSlice;
    };
  };

  refused = {
    no-oomd = {
      config = {
        nixsmith.systemd.enable = true;
        systemd.oomd.enable = false;
      };
      names = "nixsmith.systemd.outOfMemory.enable";
    };
    two-that-end-programs = {
      config = {
        nixsmith.systemd.enable = true;
        services.earlyoom.enable = true;
      };
      names = "services.earlyoom.enable";
    };
  };
  mistyped = {
    size-without-unit.journal.maxSize = "100";
    time-in-words.stopTimeout = "soon";
    no-pressure.outOfMemory.pressurePercent = 0;
  };
}

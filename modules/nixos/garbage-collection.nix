# Garbage collection by rule: which generations go, and how much space shall be free.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.garbage-collection;
  option = "nixsmith.garbage-collection";
in
{
  options.nixsmith.garbage-collection = {
    enable = lib.mkEnableOption "garbage collection by rule";

    schedule = mkOption {
      type = types.str;
      default = "03:15";
      example = "Sun 02:00";
      description = "When to collect, as in {manpage}`systemd.time(7)`.";
    };

    keepGenerations = mkOption {
      type = types.ints.positive;
      default = 5;
      example = 10;
      description = "How many of the newest generations of each profile stay, however old they are. The running and the booted system always stay.";
    };

    olderThanDays = mkOption {
      type = types.nullOr types.ints.positive;
      default = 30;
      example = 14;
      description = "How old a generation must be to go, in days; `null` if the number alone decides.";
    };

    freeGibibytes = mkOption {
      type = types.nullOr types.ints.positive;
      default = null;
      example = 20;
      description = "How much shall be free on the file system of the store, in GiB: no more than is needed for that is deleted. `null` to delete all that nothing refers to.";
    };

    userProfiles = mkOption {
      type = types.bool;
      default = true;
      description = "Whether the rule also holds for the users' profiles in {file}`/nix/var/nix/profiles/per-user`.";
    };

    optimise = mkOption {
      type = types.bool;
      default = false;
      description = "Whether to replace equal files by hard links afterwards.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = !config.nix.gc.automatic;
        message = "${option}.enable and nix.gc.automatic would both collect garbage, by different rules.";
      }
      {
        assertion = config.nix.enable;
        message = "${option}.enable needs nix.enable.";
      }
    ];

    systemd.services.nixsmith-garbage-collection = {
      description = "Garbage collection by rule";
      startAt = cfg.schedule;
      restartIfChanged = false;

      path = [
        config.nix.package.out
        pkgs.coreutils
        pkgs.gawk
      ];

      # the daemon collects: it sees what runs and what home folders refer to
      environment.NIX_REMOTE = "daemon";

      serviceConfig =
        import ../../lib/hardenedService.nix {
          inherit lib;
          kind = "oneshot";
          allow = [ "root" ];
        }
        // {
          Type = "oneshot";
          ReadWritePaths = [ "/nix/var/nix" ];
          CapabilityBoundingSet = [
            "CAP_DAC_OVERRIDE"
            "CAP_FOWNER"
          ];
        };

      script = ''
        booted=$(readlink -f /run/booted-system || true)
        running=$(readlink -f /run/current-system || true)
        oldest=${
          if cfg.olderThanDays == null then
            "$(date +%s)"
          else
            "$(date --date='${toString cfg.olderThanDays} days ago' +%s)"
        }

        for profile in /nix/var/nix/profiles/system${lib.optionalString cfg.userProfiles " /nix/var/nix/profiles/per-user/*/*"}; do
          # a profile is a link; its generations lie beside it as <profile>-<number>-link
          [ -L "$profile" ] || continue
          case $profile in *-[0-9]*-link) continue ;; esac
          current=$(readlink "$profile")
          gone=
          for number in $(
            for link in "$profile"-*-link; do
              [ -L "$link" ] || continue
              link=''${link#"$profile"-}
              echo "''${link%-link}"
            done | awk '/^[0-9]+$/' | sort --numeric-sort | head --lines=-${toString cfg.keepGenerations}
          ); do
            link=$profile-$number-link
            target=$(readlink -f "$link" || true)
            if [ "$(basename "$link")" = "$(basename "$current")" ] || [ "$target" = "$booted" ] || [ "$target" = "$running" ]; then
              continue
            fi
            if [ "$(stat --format=%Y "$link")" -le "$oldest" ]; then
              gone="$gone $number"
            fi
          done
          if [ -n "$gone" ]; then
            echo "$profile: generations$gone"
            nix-env --profile "$profile" --delete-generations $gone
          fi
        done

        ${
          if cfg.freeGibibytes == null then
            "nix-store --gc"
          else
            ''
              free=$(df --output=avail --block-size=1 /nix/store | tail -n 1)
              missing=$((${toString cfg.freeGibibytes} * 1024 * 1024 * 1024 - free))
              if [ "$missing" -gt 0 ]; then
                nix-store --gc --max-freed "$missing"
              else
                echo "enough is free: $free bytes"
              fi
            ''
        }
        ${lib.optionalString cfg.optimise "nix-store --optimise"}
      '';
    };

    systemd.timers.nixsmith-garbage-collection.timerConfig = {
      Persistent = true;
      RandomizedDelaySec = "10min";
    };
  };
}

# A regular report of what fails, what fills up and what the system was made of.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.health-report;
  option = "nixsmith.health-report";
in
{
  options.nixsmith.health-report = {
    enable = lib.mkEnableOption "a regular report of the machine's health in {file}`/var/lib/nixsmith-health-report`";

    schedule = mkOption {
      type = types.str;
      default = "daily";
      example = "hourly";
      description = "When to write a report, as in {manpage}`systemd.time(7)`.";
    };

    keep = mkOption {
      type = types.ints.positive;
      default = 30;
      example = 7;
      description = "How many reports are kept.";
    };

    diskPercent = mkOption {
      type = types.ints.between 1 100;
      default = 90;
      example = 80;
      description = "How full a file system may be, in percent.";
    };

    failWhenUnhealthy = mkOption {
      type = types.bool;
      default = false;
      description = "Whether the unit fails if the report found something, so that {option}`nixsmith.health-report.onFailure` runs.";
    };

    onFailure = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "notify-admin.service" ];
      description = "Units to start if the report failed.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = cfg.onFailure != [ ] -> cfg.failWhenUnhealthy;
        message = "${option}.onFailure would never run for an unhealthy machine without ${option}.failWhenUnhealthy.";
      }
    ];

    systemd.services.nixsmith-health-report = {
      description = "Report of failed units, file systems and generations";
      startAt = cfg.schedule;
      inherit (cfg) onFailure;

      path = [
        pkgs.coreutils
        pkgs.findutils
        pkgs.jq
        config.systemd.package
      ];

      serviceConfig =
        import ../../lib/hardenedService.nix {
          inherit lib;
          kind = "oneshot";
          # how full the home folders are
          allow = [ "home" ];
        }
        // {
          Type = "oneshot";
          DynamicUser = true;
          StateDirectory = "nixsmith-health-report";
        };

      script = ''
        cd "$STATE_DIRECTORY"

        failed=$(systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 | jq --raw-input . | jq --slurp .)
        # what cannot be written is always full
        disks=$(
          df --local --output=target,size,avail,pcent ${
            lib.concatMapStringsSep " " (type: "--exclude-type=${type}") [
              "devtmpfs"
              "efivarfs"
              "erofs"
              "iso9660"
              "ramfs"
              "squashfs"
              "tmpfs"
            ]
          } |
            tail -n +2 | jq --raw-input 'capture("^(?<mountPoint>.*?) +(?<kibibytes>[0-9]+) +(?<freeKibibytes>[0-9]+) +(?<percent>[0-9]+)%$")
              | .kibibytes |= tonumber | .freeKibibytes |= tonumber | .percent |= tonumber' | jq --slurp 'unique_by(.mountPoint)'
        )
        generations=$(
          for link in /nix/var/nix/profiles/system-*-link; do
            [ -L "$link" ] && printf '%s\t%s\t%s\n' "$(basename "$link")" "$(stat --format=%Y "$link")" "$(readlink "$link")"
          done | jq --raw-input 'split("\t") | { number: (.[0] | capture("-(?<n>[0-9]+)-").n | tonumber), made: (.[1] | tonumber | todate), system: .[2] }' |
            jq --slurp 'sort_by(.number)'
        )

        jq --null-input --argjson failed "$failed" --argjson disks "$disks" --argjson generations "$generations" \
          --arg booted "$(readlink /run/booted-system)" --arg running "$(readlink /run/current-system)" \
          --argjson limit ${toString cfg.diskPercent} \
          '{ time: (now | todate), healthy: ($failed == [] and all($disks[]; .percent < $limit)), failedUnits: $failed,
            fullFileSystems: [$disks[] | select(.percent >= $limit)], fileSystems: $disks, generations: $generations,
            bootedSystem: $booted, runningSystem: $running }' > .new
        report=$(date --utc +%Y-%m-%dT%H%M%SZ).json
        mv .new "$report"
        ln --symbolic --force "$report" latest.json
        ls -r ./*Z.json | tail -n +${toString (cfg.keep + 1)} | xargs --no-run-if-empty rm --
        jq --raw-output 'if .healthy then "healthy" else "failed units: \(.failedUnits | join(" ")); full: \([.fullFileSystems[].mountPoint] | join(" "))" end' "$report"
        ${lib.optionalString cfg.failWhenUnhealthy ''jq --exit-status .healthy "$report" > /dev/null''}
      '';
    };

    systemd.timers.nixsmith-health-report.timerConfig.Persistent = true;
  };
}

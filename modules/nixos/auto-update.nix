# Updates without somebody watching: the new system is tried, probed, and only then the one that boots.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  inherit (lib) mkOption types;
  cfg = config.nixsmith.auto-update;
  option = "nixsmith.auto-update";

  build =
    if cfg.buildCommand != null then
      cfg.buildCommand
    else
      lib.escapeShellArgs (
        [
          "nix"
          "--extra-experimental-features"
          "nix-command flakes"
          "build"
          "--no-link"
          "--print-out-paths"
          "--refresh"
          "${toString cfg.flake}#nixosConfigurations.${cfg.configuration}.config.system.build.toplevel"
        ]
        ++ cfg.buildFlags
      );

  # the body of a function that says what is wrong and returns 1
  probe =
    lib.concatMapStrings (unit: ''
      systemctl is-active --quiet ${lib.escapeShellArg unit} || { echo ${lib.escapeShellArg "not active: ${unit}"}; return 1; }
    '') cfg.probe.units
    + lib.concatMapStrings (command: ''
      timeout ${toString cfg.probe.timeoutSeconds} ${pkgs.runtimeShell} -c ${lib.escapeShellArg command} || { echo ${lib.escapeShellArg "failed: ${command}"}; return 1; }
    '') cfg.probe.commands
    + lib.optionalString cfg.probe.newFailures ''
      failed_units > "$RUNTIME_DIRECTORY/failed-after"
      new_failures=$(comm -13 "$RUNTIME_DIRECTORY/failed-before" "$RUNTIME_DIRECTORY/failed-after")
      if [ -n "$new_failures" ]; then echo "did not fail before:" $new_failures; return 1; fi
    '';
in
{
  options.nixsmith.auto-update = {
    enable = lib.mkEnableOption "automatic updates that go back if a probe fails";

    flake = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "git+https://git.example.org/machines";
      description = "The flake that has the configuration of this machine.";
    };

    configuration = mkOption {
      type = types.str;
      default = config.networking.hostName;
      defaultText = lib.literalExpression "config.networking.hostName";
      example = "web-1";
      description = "Which of the flake's `nixosConfigurations` is this machine.";
    };

    buildFlags = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [
        "--max-jobs"
        "1"
      ];
      description = "Further arguments of {command}`nix build`.";
    };

    buildCommand = mkOption {
      type = types.nullOr types.lines;
      default = null;
      example = "nix-build '<nixpkgs/nixos>' -A system --no-out-link";
      description = "Instead of a flake: a shell command that prints the store path of the new system.";
    };

    schedule = mkOption {
      type = types.str;
      default = "04:40";
      example = "Sun 03:00";
      description = "When to update, as in {manpage}`systemd.time(7)`.";
    };

    randomizedDelay = mkOption {
      type = types.str;
      default = "30min";
      example = "0";
      description = "How much later at most, so that not all machines update at once.";
    };

    probe = {
      units = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "sshd.service" ];
        description = "Units that must be active in the new system.";
      };

      commands = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "curl --fail --silent http://127.0.0.1/health" ];
        description = "Shell commands that must succeed in the new system. Their programs are those of {option}`environment.systemPackages`.";
      };

      newFailures = mkOption {
        type = types.bool;
        default = true;
        description = "Whether a unit that failed after the update and not before it means that the update failed.";
      };

      attempts = mkOption {
        type = types.ints.positive;
        default = 6;
        example = 1;
        description = "How often the probe is repeated until it succeeds.";
      };

      intervalSeconds = mkOption {
        type = types.ints.unsigned;
        default = 10;
        example = 60;
        description = "Seconds before each attempt.";
      };

      timeoutSeconds = mkOption {
        type = types.ints.positive;
        default = 30;
        example = 5;
        description = "Seconds that one command of the probe may take.";
      };
    };

    onFailure = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "notify-admin.service" ];
      description = "Units to start if an update could not be built or was taken back.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = (cfg.flake == null) != (cfg.buildCommand == null);
        message = "Set either ${option}.flake or ${option}.buildCommand.";
      }
      {
        assertion = cfg.flake != null -> cfg.configuration != "";
        message = "${option}.configuration is empty: which of the flake's nixosConfigurations is this machine?";
      }
      {
        assertion = cfg.probe.newFailures || cfg.probe.units != [ ] || cfg.probe.commands != [ ];
        message = "${option}.probe looks at nothing: set ${option}.probe.units, .commands or .newFailures.";
      }
      {
        assertion = !config.system.autoUpgrade.enable;
        message = "${option}.enable and system.autoUpgrade.enable would both update this machine.";
      }
    ];

    systemd.services.nixsmith-auto-update = {
      description = "Update of the system, with probe and rollback";
      after = [ "network-online.target" ];
      wants = [ "network-online.target" ];
      inherit (cfg) onFailure;
      startAt = cfg.schedule;

      # it switches the system while it runs, and must not be stopped by that
      restartIfChanged = false;
      stopIfChanged = false;
      unitConfig.X-StopOnRemoval = false;

      path = [
        config.nix.package.out
        config.programs.ssh.package
        pkgs.coreutils
        pkgs.gitMinimal
        "/run/current-system/sw"
      ];

      environment = config.nix.envVars // {
        HOME = "/root";
      };

      serviceConfig = {
        Type = "oneshot";
        StateDirectory = "nixsmith-auto-update";
        RuntimeDirectory = "nixsmith-auto-update";
      };

      script = ''
        failed_units() {
          systemctl list-units --failed --plain --no-legend | cut -d ' ' -f 1 | sort
        }
        probe() {
          ${probe}
        }

        profile=/nix/var/nix/profiles/system
        refused=$STATE_DIRECTORY/refused
        previous=$(readlink -f /run/current-system)

        new=$(
          ${build}
        )
        if [ ! -x "$new/bin/switch-to-configuration" ]; then
          echo "not a system: $new" >&2
          exit 1
        fi
        new=$(readlink -f "$new")
        if [ "$new" = "$previous" ]; then
          echo "up to date: $new"
          exit 0
        fi
        if [ -e "$refused" ] && [ "$(cat "$refused")" = "$new" ]; then
          echo "not tried again, it was taken back before: $new"
          exit 0
        fi
        # neither may be collected as garbage meanwhile
        nix-store --realise --add-root "$STATE_DIRECTORY/new" "$new" > /dev/null
        nix-store --realise --add-root "$STATE_DIRECTORY/previous" "$previous" > /dev/null

        failed_units > "$RUNTIME_DIRECTORY/failed-before"

        # `test` leaves the boot menu as it is: a machine that dies now boots the system from before
        works=
        if "$new/bin/switch-to-configuration" test; then
          for attempt in $(seq ${toString cfg.probe.attempts}); do
            sleep ${toString cfg.probe.intervalSeconds}
            if probe; then works=1; break; fi
            echo "probe $attempt of ${toString cfg.probe.attempts} failed" >&2
          done
        else
          echo "could not switch to $new" >&2
        fi

        if [ -n "$works" ]; then
          nix-env --profile "$profile" --set "$new"
          "$new/bin/switch-to-configuration" boot
          rm -f "$refused"
          echo "updated: $new"
        else
          echo "$new" > "$refused"
          "$previous/bin/switch-to-configuration" test
          echo "taken back: $new; running again: $previous" >&2
          exit 1
        fi
      '';
    };

    systemd.timers.nixsmith-auto-update.timerConfig = {
      Persistent = true;
      RandomizedDelaySec = cfg.randomizedDelay;
    };
  };
}

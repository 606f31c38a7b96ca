# A flake, and a probe of a unit and a command.
{
  example.nixsmith.auto-update = {
    enable = true;
    flake = "git+https://git.example.org/machines";
    configuration = "web";
    probe = {
      units = [ "sshd.service" ];
      commands = [ "curl --fail 'http://127.0.0.1/it'" ];
    };
    onFailure = [ "notify-admin.service" ];
  };

  units = [
    "nixsmith-auto-update.service"
    "nixsmith-auto-update.timer"
  ];
  scripts = [ "nixsmith-auto-update" ];

  second = {
    example.nixsmith.auto-update = {
      enable = true;
      buildCommand = "echo /nix/var/nix/profiles/new";
      probe = {
        attempts = 1;
        intervalSeconds = 0;
        newFailures = false;
        commands = [ "true" ];
      };
    };
    scripts = [ "nixsmith-auto-update" ];
  };

  refused = {
    nothing-to-build = {
      config.nixsmith.auto-update.enable = true;
      names = "nixsmith.auto-update.flake";
    };
    two-to-build = {
      config.nixsmith.auto-update = {
        enable = true;
        flake = "path:/etc/nixos";
        buildCommand = "echo";
      };
      names = "nixsmith.auto-update.buildCommand";
    };
    no-probe = {
      config.nixsmith.auto-update = {
        enable = true;
        flake = "path:/etc/nixos";
        probe.newFailures = false;
      };
      names = "nixsmith.auto-update.probe";
    };
    another-update = {
      config = {
        nixsmith.auto-update = {
          enable = true;
          flake = "path:/etc/nixos";
        };
        system.autoUpgrade.enable = true;
      };
      names = "system.autoUpgrade.enable";
    };
  };
  mistyped = {
    no-attempt.probe.attempts = 0;
    a-list-as-text.probe.units = "sshd.service";
  };
}

# A service of one's own, with a value that it sets itself.
{
  example = {
    nixsmith.hardening = {
      enable = true;
      services.greeter = {
        kind = "network";
        allow = [ "low-ports" ];
      };
    };
    systemd.services.greeter = {
      description = "Greets";
      serviceConfig = {
        ExecStart = "/run/current-system/sw/bin/greeter";
        ProtectHome = "tmpfs";
      };
    };
  };

  units = [ "greeter.service" ];

  refused = {
    no-such-service = {
      config.nixsmith.hardening = {
        enable = true;
        services.greter.kind = "network";
      };
      names = "nixsmith.hardening.services.greter";
    };
    sessions = {
      config = {
        nixsmith.hardening = {
          enable = true;
          services.sshd.kind = "network";
        };
        services.openssh.enable = true;
      };
      names = "nixsmith.hardening.services.\"sshd\"";
    };
    with-suffix = {
      config.nixsmith.hardening = {
        enable = true;
        services."greeter.service" = {
          kind = "network";
          fromPackage = true;
        };
      };
      names = "nixsmith.hardening.services.\"greeter.service\"";
    };
  };
  mistyped = {
    unknown-kind.services.greeter.kind = "daemon";
    unknown-allowance.services.greeter = {
      kind = "local";
      allow = [ "everything" ];
    };
  };
}

# A system whose probe fails is taken back and not tried again; one whose probe succeeds is what boots.
{
  nixosTestFor,
  nixosModules,
  pkgs,
  ...
}:

nixosTestFor {
  inherit pkgs;
  name = "nixsmith-auto-update";
  globalTimeout = 900;

  nodes.machine = {
    imports = [ nixosModules.auto-update ];
    nixsmith.auto-update = {
      enable = true;
      # the test says which system comes next
      buildCommand = "cat /var/next";
      probe = {
        attempts = 2;
        intervalSeconds = 1;
        commands = [ "test ! -e /etc/broken" ];
      };
    };
    # both systems to change to are made before the machine starts
    specialisation = {
      broken.configuration.environment.etc.broken.text = "broken";
      works.configuration.environment.etc.works.text = "works";
    };
  };

  testScript = ''
    service = "nixsmith-auto-update.service"
    machine.wait_for_unit("multi-user.target")
    before = machine.succeed("readlink -f /run/current-system").strip()

    with subtest("a system whose probe fails is taken back"):
        machine.succeed(f"echo {before}/specialisation/broken > /var/next")
        machine.fail(f"systemctl start {service}")
        machine.fail("test -e /etc/broken")
        assert machine.succeed("readlink -f /run/current-system").strip() == before

    with subtest("it is not tried again"):
        machine.succeed(f"systemctl start {service}")
        machine.succeed(f"journalctl --unit {service} | grep 'not tried again'")

    with subtest("a system whose probe succeeds stays"):
        machine.succeed(f"echo {before}/specialisation/works > /var/next")
        machine.succeed(f"systemctl start {service}")
        machine.succeed("test -e /etc/works")
        profile = machine.succeed("readlink -f /nix/var/nix/profiles/system").strip()
        assert profile == machine.succeed("readlink -f /run/current-system").strip()
        assert profile != before
  '';
}

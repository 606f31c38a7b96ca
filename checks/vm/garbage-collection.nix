# Old generations beyond the number to keep go, with what only they referred to; the newest stay.
{
  nixosTestFor,
  nixosModules,
  pkgs,
  ...
}:

nixosTestFor {
  inherit pkgs;
  name = "nixsmith-garbage-collection";

  nodes.machine = {
    imports = [ nixosModules.garbage-collection ];
    nixsmith.garbage-collection = {
      enable = true;
      keepGenerations = 2;
      olderThanDays = 14;
    };
    virtualisation.writableStore = true;
  };

  testScript = ''
    profile = "/nix/var/nix/profiles/per-user/root/example"
    machine.wait_for_unit("multi-user.target")

    with subtest("five generations, the first three of them old"):
        machine.succeed("mkdir -p /nix/var/nix/profiles/per-user/root")
        paths = []
        for number in range(1, 6):
            machine.succeed(f"echo {number} > /tmp/generation-{number}")
            path = machine.succeed(f"nix-store --add /tmp/generation-{number}").strip()
            machine.succeed(f"nix-env --profile {profile} --set {path}")
            paths.append(path)
        for number in range(1, 4):
            machine.succeed(f"touch --no-dereference --date='30 days ago' {profile}-{number}-link")

    with subtest("two stay, and their store paths"):
        machine.succeed("systemctl start nixsmith-garbage-collection.service")
        for number, path in enumerate(paths, start=1):
            if number <= 3:
                machine.fail(f"test -e {profile}-{number}-link || test -e {path}")
            else:
                machine.succeed(f"test -e {profile}-{number}-link && test -e {path}")

    with subtest("the machine is whole"):
        machine.succeed("nix-store --verify")
        machine.succeed("test -e /run/current-system/init")
  '';
}

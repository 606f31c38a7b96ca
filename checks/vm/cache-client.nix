# What Nix says of its own settings, and that a cache which is down makes it build instead of fail.
{
  nixosTestFor,
  nixosModules,
  pkgs,
  ...
}:

nixosTestFor {
  inherit pkgs;
  name = "nixsmith-cache-client";

  nodes.machine = {
    imports = [ nixosModules.cache-client ];
    nixsmith.cache-client = {
      enable = true;
      onlyThese = true;
      connectTimeout = 1;
      caches.office = {
        url = "http://127.0.0.1:1";
        publicKeys = [ (pkgs.lib.trim (builtins.readFile ./keys/public)) ];
        priority = 10;
      };
    };
    nix.settings.experimental-features = [ "nix-command" ];
    virtualisation.writableStore = true;
  };

  testScript = ''
    machine.wait_for_unit("multi-user.target")

    with subtest("the settings are Nix's"):
        settings = machine.succeed("nix config show")
        assert "substituters = http://127.0.0.1:1?priority=10\n" in settings, settings
        assert "fallback = true\n" in settings, settings
        assert "connect-timeout = 1\n" in settings, settings
        assert "test-1:" in settings, settings

    with subtest("a cache that is down is not asked for ever"):
        machine.succeed("echo 'derivation { name = \"built\"; system = builtins.currentSystem; builder = \"/bin/sh\"; args = [ \"-c\" \"echo > $out\" ]; }' > /var/built.nix")
        machine.succeed("nix-build --no-out-link /var/built.nix", timeout=120)
  '';
}

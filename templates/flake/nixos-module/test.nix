# Run by `nix flake check`, and by hand with `nix run .#checks.x86_64-linux.test.driverInteractive`.
{
  name = "greet";

  # seconds; a test that hangs fails
  globalTimeout = 600;

  nodes.server = {
    imports = [ ./module.nix ];
    services.greet = {
      enable = true;
      address = "0.0.0.0";
      port = 80;
      openFirewall = true;
      greetings.Ada = "Good morning";
    };
  };

  testScript = ''
    def greeting(name: str) -> str:
        return server.succeed(f"curl --fail --silent --show-error http://localhost/{name}").strip()


    server.wait_for_unit("greet.service")
    server.wait_for_open_port(80)

    with subtest("greets"):
        assert greeting("Ada") == "Good morning, Ada!"
        assert greeting("Grace") == "Hello, Grace!"
        server.fail("curl --fail --silent http://localhost/")

    with subtest("comes back after a crash"):
        before = server.get_unit_property("greet.service", "MainPID")
        server.succeed("systemctl kill --signal=SEGV greet.service")
        server.wait_until_succeeds(
            f"systemctl is-active greet.service && test $(systemctl show --property=MainPID --value greet.service) != {before}",
            timeout=60,
        )
        server.wait_for_open_port(80)
        assert greeting("Ada") == "Good morning, Ada!"

    with subtest("runs as a user of its own"):
        user = server.succeed("ps -o user= -p $(systemctl show --property=MainPID --value greet.service)").strip()
        assert user != "root", user
  '';
}

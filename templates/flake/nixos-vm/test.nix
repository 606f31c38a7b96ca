{
  name = "vm";

  # seconds; a test that hangs fails
  globalTimeout = 600;

  nodes.machine = {
    imports = [ ./configuration.nix ];
  };

  testScript = ''
    machine.wait_for_unit("multi-user.target")

    with subtest("the page is served"):
        machine.wait_for_open_port(80)
        page = machine.succeed("curl --fail --silent --show-error http://localhost/")
        assert page == "it works\n", page

    with subtest("nobody logs in with a password"):
        machine.wait_for_open_port(22)
        settings = machine.succeed("$(type -P sshd) -T")
        assert "passwordauthentication no" in settings, settings

    with subtest("the user may become root"):
        user = machine.succeed("su ada -c 'sudo id --user --name'").strip()
        assert user == "root", user
  '';
}

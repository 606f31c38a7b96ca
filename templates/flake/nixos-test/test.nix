# The machines, and what is tried on them. A name of `nodes` is the host name, and a variable of the script.
{
  name = "web";

  # seconds; a test that hangs fails
  globalTimeout = 600;

  nodes = {
    server =
      { pkgs, ... }:
      {
        services.nginx = {
          enable = true;
          virtualHosts.default = {
            default = true;
            root = pkgs.writeTextDir "index.html" "it works\n";
          };
        };
        networking.firewall.allowedTCPPorts = [ 80 ];
      };

    client = { };
  };

  testScript = ''
    start_all()

    with subtest("the service runs and listens"):
        server.wait_for_unit("nginx.service")
        server.wait_for_open_port(80)

    with subtest("another machine gets the page"):
        client.wait_for_unit("network.target")
        page = client.wait_until_succeeds("curl --fail --silent --show-error http://server/", timeout=60)
        assert page == "it works\n", page
        client.fail("curl --fail --silent http://server/missing")

    with subtest("nothing but the service is open"):
        client.fail("curl --silent --connect-timeout 5 http://server:81/")

    with subtest("the service comes back"):
        before = server.get_unit_property("nginx.service", "MainPID")
        server.succeed("systemctl restart nginx.service")
        server.wait_for_unit("nginx.service")
        server.wait_for_open_port(80)
        after = server.get_unit_property("nginx.service", "MainPID")
        assert before != after, before
        client.succeed("curl --fail --silent http://server/")

    with subtest("the machine comes back"):
        server.shutdown()
        client.fail("curl --silent --connect-timeout 5 http://server/")
        server.start()
        server.wait_for_unit("nginx.service")
        client.wait_until_succeeds("curl --fail --silent http://server/", timeout=60)
  '';
}

# The containers, and what is tried in them. A name of `containers` is the host name, and a variable of the script.
{
  name = "containers";

  # seconds; a test that hangs fails
  globalTimeout = 300;

  # containers need none
  requiredFeatures.kvm = false;

  containers = {
    server =
      { pkgs, ... }:
      {
        services.httpd = {
          enable = true;
          adminAddr = "admin@example.org";
          virtualHosts.default.documentRoot = pkgs.writeTextDir "index.html" "it works\n";
        };
        networking.firewall.allowedTCPPorts = [ 80 ];
      };

    client =
      { pkgs, ... }:
      {
        environment.systemPackages = [ pkgs.curl ];
      };
  };

  testScript = ''
    start_all()

    with subtest("the service runs and listens"):
        server.wait_for_unit("httpd.service")
        server.wait_for_open_port(80)

    with subtest("another container gets the page"):
        client.wait_for_unit("multi-user.target")
        page = client.wait_until_succeeds("curl --fail --silent --show-error http://server/", timeout=60)
        assert page == "it works\n", page
        client.fail("curl --fail --silent http://server/missing")

    with subtest("the service comes back"):
        before = server.get_unit_property("httpd.service", "MainPID")
        server.succeed("systemctl restart httpd.service")
        server.wait_for_unit("httpd.service")
        server.wait_for_open_port(80)
        after = server.get_unit_property("httpd.service", "MainPID")
        assert before != after, before
        client.succeed("curl --fail --silent http://server/")
  '';
}

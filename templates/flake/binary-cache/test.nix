{ hostPkgs, ... }:

let
  inherit (import ./cache.nix) host;

  # what only the server has
  cached = hostPkgs.runCommand "cached" { } "echo it works > $out";
in
{
  name = "binary-cache";

  # seconds; a test that hangs fails
  globalTimeout = 600;

  nodes = {
    server = {
      imports = [ ./server.nix ];
      system.extraDependencies = [ cached ];
    };

    client =
      { nodes, ... }:
      {
        imports = [ ./client.nix ];
        networking.hosts.${nodes.server.networking.primaryIPAddress} = [ host ];
      };
  };

  testScript = ''
    start_all()

    with subtest("the server has a key and listens"):
        server.wait_for_unit("cache-key.service")
        server.wait_for_unit("harmonia.socket")
        server.wait_for_unit("nginx.service")
        server.wait_for_open_port(80)
        key = server.succeed("cat /var/lib/cache-key/public").strip()
        assert key.startswith("${host}-1:"), key
        server.fail("su nobody -s /bin/sh -c 'cat /var/lib/cache-key/secret'")

    with subtest("the client sees the cache"):
        information = client.wait_until_succeeds("curl --fail --silent http://${host}/nix-cache-info", timeout=60)
        assert "StoreDir: /nix/store" in information, information


    def take(key: str) -> str:
        return (
            "nix-store --store /var/store --realise ${cached}"
            f" --option substituters http://${host} --option trusted-public-keys {key}"
        )


    with subtest("nothing is taken that another key has signed"):
        client.fail(take("other-1:qm3v4hJRc4aMVI6197CEBxYLM6BvlwgNEiYUVSC1AJE="))

    with subtest("what the server has is taken and not built"):
        client.succeed(take(key))
        text = client.succeed("cat /var/store${cached}").strip()
        assert text == "it works", text

    with subtest("the key survives a restart"):
        server.succeed("systemctl restart cache-key.service harmonia.service")
        assert server.succeed("cat /var/lib/cache-key/public").strip() == key
        client.succeed("curl --fail --silent http://${host}/nix-cache-info")
  '';
}

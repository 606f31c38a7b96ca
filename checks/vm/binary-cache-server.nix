# A server signs what it has, and a client that knows its key takes it instead of building.
{
  nixosTestFor,
  nixosModules,
  pkgs,
  ...
}:

nixosTestFor {
  inherit pkgs;
  name = "nixsmith-binary-cache";
  globalTimeout = 900;

  nodes = {
    server =
      { pkgs, ... }:
      {
        imports = [ nixosModules.binary-cache-server ];
        nixsmith.binary-cache-server = {
          enable = true;
          signingKeyFile = "/etc/cache.key";
          openFirewall = true;
        };
        # a key for this test alone
        environment.etc."cache.key" = {
          source = "${./keys/secret}";
          mode = "0400";
        };
        system.extraDependencies = [ pkgs.hello ];
      };

    client = {
      imports = [ nixosModules.cache-client ];
      nixsmith.cache-client = {
        enable = true;
        onlyThese = true;
        caches.server = {
          url = "http://server:5000";
          publicKeys = [ (pkgs.lib.trim (builtins.readFile ./keys/public)) ];
        };
      };
      # not from the host by the shared store
      virtualisation.useNixStoreImage = true;
      virtualisation.writableStore = true;
    };
  };

  testScript = ''
    path = "${builtins.unsafeDiscardStringContext pkgs.hello.outPath}"

    start_all()
    server.wait_for_unit("harmonia.socket")
    server.wait_for_open_port(5000)
    client.wait_for_unit("multi-user.target")

    with subtest("the cache answers and signs"):
        hash = path.removeprefix("/nix/store/").split("-")[0]
        client.wait_until_succeeds(f"curl --fail http://server:5000/{hash}.narinfo", timeout=60)
        client.succeed(f"curl --fail http://server:5000/{hash}.narinfo | grep '^Sig: test-1:'")

    with subtest("the client takes what is signed"):
        client.fail(f"test -e {path}")
        client.succeed(f"nix-store --realise {path}")
        client.succeed(f"{path}/bin/hello")

    with subtest("after a restart it answers again"):
        server.systemctl("restart harmonia.service")
        client.wait_until_succeeds(f"curl --fail http://server:5000/{hash}.narinfo", timeout=60)
  '';
}

# A container of an image from the store starts, answers, and starts again; nothing is downloaded.
{
  nixosTestFor,
  nixosModules,
  pkgs,
  ...
}:

nixosTestFor {
  inherit pkgs;
  name = "nixsmith-containers";
  globalTimeout = 900;

  nodes.machine =
    { pkgs, ... }:
    {
      imports = [ nixosModules.containers ];
      nixsmith.containers.enable = true;
      # from the store, so its path is what pins it
      virtualisation.oci-containers.containers.web = {
        image = "web:test";
        imageFile = pkgs.dockerTools.buildImage {
          name = "web";
          tag = "test";
          config.Cmd = [
            "${pkgs.python3Minimal}/bin/python3"
            "-m"
            "http.server"
            "80"
          ];
        };
        ports = [ "127.0.0.1:8080:80" ];
      };
      virtualisation = {
        memorySize = 2048;
        diskSize = 4096;
      };
    };

  testScript = ''
    machine.wait_for_unit("podman-web.service")
    machine.wait_for_open_port(8080)
    machine.succeed("curl --fail http://127.0.0.1:8080/")

    with subtest("it starts again"):
        machine.systemctl("restart podman-web.service")
        machine.wait_until_succeeds("curl --fail http://127.0.0.1:8080/", timeout=60)
  '';
}

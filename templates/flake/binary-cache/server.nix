# The store of this machine as a binary cache: harmonia signs and serves, nginx stands in front of it.
{ config, ... }:

let
  inherit (import ./cache.nix) host;
  keys = "/var/lib/cache-key";
in
{
  # the key is made once, on this machine, and its secret half never leaves it
  systemd.services.cache-key = {
    description = "Signing key of the binary cache";
    wantedBy = [ "multi-user.target" ];
    requiredBy = [ "harmonia.service" ];
    before = [ "harmonia.service" ];
    path = [ config.nix.package ];
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      StateDirectory = "cache-key";
      UMask = "0077";
    };
    script = ''
      cd ${keys}
      if [ ! -s secret ]; then
        nix-store --generate-binary-cache-key ${host}-1 secret.new public
        mv secret.new secret
      fi
      chmod 0444 public
    '';
  };

  services.harmonia.cache = {
    enable = true;
    signKeyPaths = [ "${keys}/secret" ];
    settings.bind = "127.0.0.1:5000";
  };

  services.nginx = {
    enable = true;
    recommendedProxySettings = true;
    virtualHosts.${host} = {
      default = true;
      # with a public name: enableACME = true; forceSSL = true; and port 443 below
      locations."/" = {
        proxyPass = "http://127.0.0.1:5000";
        # a large store path is passed on while it comes
        extraConfig = "proxy_buffering off;";
      };
    };
  };

  networking.firewall.allowedTCPPorts = [ 80 ];
}

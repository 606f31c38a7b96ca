{ config, ... }:
{
  services.it.settings.passwordFile = "/run/secrets/it";
  services.it.settings.password = "/run/secrets/it";
  services.it.settings.secret = "$SECRET";
  services.it.password = "";
  services.it.token = config.token;
  services.it.publicKey = "ssh-ed25519 AAAA";
  systemd.services.it.environment.VNC_NO_PASSWORD = "1";
  systemd.services.token = "x";
  options.services.it.password = { example = "y"; };
  other.password = "z";
  services.it.lifespans.access_token = "1 hour";
  services.it.entries.api-key = "api-key";
}

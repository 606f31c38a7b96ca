{ config, ... }:
{
  services.it.passwordFile = "/run/secrets/password";
  services.it.configFile = ./config.toml;
  services.it.password = ./password;
  services.it.tokenFile = config.sops.secrets.token.path;
}

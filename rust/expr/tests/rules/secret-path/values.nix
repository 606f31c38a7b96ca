{
  services.it.passwordFile = ./secrets/password;
  services.it.tokenPath = /etc/nixos/token;
  services.it.settings."client-secret-file" = ~/secret;
}

{ lib, ... }:
{
  services.openssh.settings.PermitRootLogin = "prohibit-password";
  services.openssh.settings.PermitEmptyPasswords = false;
  services.dropbear.PermitRootLogin = "yes";
  services.openssh.settings.PasswordAuthentication = true;
}

{ lib, ... }:
{
  services.openssh.settings.PermitRootLogin = "yes";
  services.openssh = {
    permitRootLogin = ("yes");
    settings.PermitEmptyPasswords = true;
  };
}

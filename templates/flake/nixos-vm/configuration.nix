# The machine itself, whatever it runs on.
{ pkgs, ... }:

{
  networking.hostName = "vm";

  services.nginx = {
    enable = true;
    virtualHosts.default = {
      default = true;
      root = pkgs.writeTextDir "index.html" "it works\n";
    };
  };

  services.openssh = {
    enable = true;
    settings.PasswordAuthentication = false;
  };

  networking.firewall.allowedTCPPorts = [
    22
    80
  ];

  users.users.ada = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
    openssh.authorizedKeys.keys = [ ];
  };
  security.sudo.wheelNeedsPassword = false;

  environment.systemPackages = [ pkgs.htop ];

  # the release that the machine was first installed with; it stays
  system.stateVersion = "26.05";
}

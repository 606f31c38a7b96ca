{
  networking.firewall.enable = true;
  networking.firewall.allowedTCPPorts = [ 443 ];
  services.firewall.enable = false;
  networking.nftables.enable = false;
}

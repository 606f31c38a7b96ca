{ networking = { firewall.enable = false; }; }

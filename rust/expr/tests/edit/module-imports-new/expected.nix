{ pkgs, ... }:
{
  imports = [ ./x.nix ];

  services.openssh.enable = true;

  environment.systemPackages = [ pkgs.git ];
}

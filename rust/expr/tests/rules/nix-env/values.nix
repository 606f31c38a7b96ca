{ pkgs, ... }:
{
  system.activationScripts.tools = "nix-env -iA nixos.git";
  script = ''
    set -e
    ${pkgs.nix}/bin/nix-env --install git && sudo nix-channel --update
  '';
}

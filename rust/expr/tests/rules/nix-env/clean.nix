{ lib, ... }:
{
  meta.description = "nix-env -i this";
  a = throw "run nix-env -iA nixos.git";
  script = ''
    # nix-env -i git
    nix-env -p /nix/var/nix/profiles/system --set x
    echo "use nix-env -i git"
    nix-channel --list
  '';
}

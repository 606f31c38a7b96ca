#@ path: nixos/tests/installer.nix
{ script = "nix-env -i x"; }

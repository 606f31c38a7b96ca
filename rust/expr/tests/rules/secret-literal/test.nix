#@ path: nixos/tests/ssh-keys.nix
{ key = "ghp_0123456789abcdefghijKLMNOPQRSTUVWXYZ"; }

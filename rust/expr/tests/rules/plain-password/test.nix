#@ path: nixos/tests/login.nix
{ users.users.alice.password = "foobar"; }

#@ path: nixos/tests/thing.nix
{ lib, ... }: { a = lib.mkIf true 1; }

#@ path: flake.nix
#@ lock-ignored
{
  outputs = { self }: { };
}

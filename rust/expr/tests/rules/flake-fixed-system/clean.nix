#@ path: flake.nix
{
  outputs = { self, nixpkgs }: {
    packages = nixpkgs.lib.genAttrs [ "x86_64-linux" ] (system: { default = 1; });
    hydraJobs.x86_64-linux = { };
    lib.x86_64-pc = 1;
  };
}

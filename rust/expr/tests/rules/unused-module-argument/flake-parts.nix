{ inputs, self, ... }:
{
  perSystem = { config, self', pkgs, system, ... }: { packages.default = pkgs.hello; };
}

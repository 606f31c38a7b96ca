#@ path: flake.nix
{
  inputs.tool.url = "github:example/tool";
  outputs = { self, ... }: { lib = import ./lib self; };
}

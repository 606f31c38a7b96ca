#@ path: flake.nix
{
  inputs.tool.url = "github:example/tool";
  # only for its lock
  outputs = _: { };
}

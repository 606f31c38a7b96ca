#@ path: flake.nix
{
  inputs.tool.url = "github:example/tool";
  outputs = inputs: import ./outputs.nix inputs;
}

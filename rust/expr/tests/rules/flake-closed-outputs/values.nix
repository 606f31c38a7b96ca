#@ path: flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.tool.url = "github:example/tool";
  outputs = { nixpkgs }: { };
}

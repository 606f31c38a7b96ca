{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { nixpkgs, ... }:
    {
      lib = import ./known.nix { inherit (nixpkgs) lib; };
      other = import ./new;
      third = import ./missing.nix;
    };
}

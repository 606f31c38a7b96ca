{
  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";
  inputs = {
    utils.url = "github:numtide/flake-utils"; # systems
  };

  outputs = { self, nixpkgs, utils }: { };
}

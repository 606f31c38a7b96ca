{
  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";
  inputs = {
    utils.url = "github:numtide/flake-utils"; # systems
    crane.url = "github:ipetkov/crane";
  };

  outputs = { self, crane, nixpkgs, utils }: { };
}

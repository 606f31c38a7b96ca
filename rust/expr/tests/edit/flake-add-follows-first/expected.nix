{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    hm.url = "github:nix-community/home-manager";
    hm.inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = _: { };
}

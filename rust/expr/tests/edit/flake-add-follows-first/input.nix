{
  inputs = {
    nixpkgs.url = "github:nixos/nixpkgs";
    hm.url = "github:nix-community/home-manager";
  };
  outputs = _: { };
}

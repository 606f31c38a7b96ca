{
  description = "with a cache";

  inputs.nixpkgs.url = "github:nixos/nixpkgs";

  nixConfig.extra-substituters = [ "https://cache.example.org" ];

  outputs = { self, nixpkgs }: { };
}

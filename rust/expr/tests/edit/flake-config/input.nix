{
  description = "with a cache";

  nixConfig.extra-substituters = [ "https://cache.example.org" ];

  outputs = { self, nixpkgs }: { };
}

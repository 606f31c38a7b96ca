{
  inputs = {
    nixpkgs.follows = "stable/nixpkgs";
    stable.url = "github:example/stable";
  };
  outputs = { self, nixpkgs, stable }: { };
}

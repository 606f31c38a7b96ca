{
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  outputs = {
    # ourselves
    self,

    # everything else
    nixpkgs,
    # ... more to come
  }: { };
}

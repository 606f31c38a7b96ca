{
  inputs.nixpkgs.url = "github:nixos/nixpkgs";
  inputs.crane.url = "github:ipetkov/crane";
  outputs = {
    # ourselves
    self,

    # everything else
    nixpkgs,
    crane,
    # ... more to come
  }: { };
}

{
  inputs = {
    inherit (import ./pins.nix) nixpkgs; # pinned
  };
  outputs = { self, nixpkgs }: { };
}

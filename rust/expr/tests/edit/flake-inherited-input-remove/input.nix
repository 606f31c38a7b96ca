{
  inputs = {
    inherit (import ./pins.nix) nixpkgs crane; # pinned
  };
  outputs = { self, nixpkgs, crane }: { };
}

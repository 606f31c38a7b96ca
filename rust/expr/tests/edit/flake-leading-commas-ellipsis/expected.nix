{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.crane.url = "github:ipetkov/crane";
  outputs = { self
            , nixpkgs
            , crane
            , ...
            } @ inputs: { };
}

{ inputs.nixpkgs.url = "nixpkgs"; inputs.crane.url = "github:ipetkov/crane"; outputs = { self, nixpkgs, crane }: { }; }

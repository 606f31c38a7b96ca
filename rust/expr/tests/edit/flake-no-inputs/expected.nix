{
  description = "Only this";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs";

  outputs = { self, nixpkgs }: { lib.answer = 42; };
}

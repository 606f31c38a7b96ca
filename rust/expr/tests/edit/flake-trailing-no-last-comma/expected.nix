{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.zig.url = "github:mitchellh/zig-overlay";

  outputs = {
    self,
    nixpkgs, # the packages
    zig
  }: { };
}

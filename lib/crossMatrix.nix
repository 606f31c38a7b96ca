/**
  One package for several host systems, compiled on one build system.

  # Inputs

  `nixpkgs`: the flake, or the path of a nixpkgs tree.
  `buildSystem`: where it is compiled, such as `x86_64-linux`.
  `hostSystems`: list of what it shall run on: systems (`aarch64-linux`), or names of nixpkgs' `lib.systems.examples`
  (`musl64`, `riscv64`, `mingwW64`).
  `package`: function from the package set of a host system to the derivation.
  `overlays`, `config`: as nixpkgs takes them.

  # Output

  Attribute set, host system → derivation. The build system itself is built natively. An unknown name is an error that shows the
  near names.

  # Example

  crossMatrix { inherit nixpkgs; buildSystem = "x86_64-linux"; hostSystems = [ "aarch64-linux" "riscv64" ]; package = pkgs: pkgs.hello; }
  =>  { aarch64-linux = «derivation hello-aarch64-unknown-linux-gnu»; riscv64 = «derivation hello-riscv64-unknown-linux-gnu»; }
*/
{
  nixpkgs,
  buildSystem,
  hostSystems,
  package,
  overlays ? [ ],
  config ? { },
}:

let
  lib = nixpkgs.lib or (import (nixpkgs + "/lib"));

  systems = lib.systems.doubles.all;
  inherit (lib.systems) examples;

  unknown =
    argument: known: name:
    let
      near = import ./nearNames.nix { inherit lib known name; };
    in
    throw "crossMatrix: `${argument}` names an unknown system: `${name}`${
      lib.optionalString (near != [ ]) "; near: ${lib.concatStringsSep ", " near}"
    }";

  platform =
    name:
    if builtins.elem name systems then
      { system = name; }
    else
      examples.${name} or (unknown "hostSystems" (systems ++ builtins.attrNames examples) name);

  build =
    if builtins.elem buildSystem systems then
      buildSystem
    else
      unknown "buildSystem" systems buildSystem;

  packageSet =
    name:
    import nixpkgs (
      {
        inherit overlays config;
        localSystem.system = build;
      }
      // lib.optionalAttrs (name != build) { crossSystem = platform name; }
    );
in
# a wrong name is found before anything is made for the right ones
lib.deepSeq (map platform hostSystems) (lib.genAttrs hostSystems (name: package (packageSet name)))

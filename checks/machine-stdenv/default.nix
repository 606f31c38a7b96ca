/**
  nixpkgs on the compiler, the shell and the Rust toolchain of the machine it runs on: packages of a real nixpkgs tree, and
  packages that `package new` wrote, are built for real without one binary from a cache.

  Everything nixpkgs does itself stays its own: `buildRustPackage`, `fetchCrate`, `fetchCargoVendor` with its hash check, the
  setup hooks, `fetchurl`. Replaced are only programs that the machine has (see `overlay.nix`). Needs `sandbox = false` and
  impure evaluation, for it names paths outside the store.

  # Inputs

  `nixpkgs`: path of a nixpkgs tree.
  `rust`: folder with `bin/cargo` and `bin/rustc`, as `rustc --print sysroot` prints it.
  `python`: a Python of 3.11 or later.

  # Example

  nix-build checks/machine-stdenv -A hexyl --argstr rust "$(rustc --print sysroot)"
  nix-build -E '(import checks/machine-stdenv { rust = "…"; }).callPackage ./package.nix { }'
*/
{
  nixpkgs ? <nixpkgs>,
  rust ? builtins.getEnv "NIXSMITH_RUST",
  python ? "/usr/bin/python3",
  overlays ? [ ],
  config ? { },
  system ? builtins.currentSystem,
}:

assert rust != "" || throw "machine-stdenv: give `rust`, the folder `rustc --print sysroot` prints";

import nixpkgs {
  inherit config;
  localSystem.system = system;
  stdenvStages = import ./stages.nix { inherit nixpkgs; };
  overlays = [ (import ./overlay.nix { inherit rust python; }) ] ++ overlays;
}

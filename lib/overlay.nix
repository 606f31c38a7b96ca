/**
  Overlay that adds `nixsmith` to a package set.

  # Inputs

  `final`, `prev`: as for every overlay.

  # Output

  `{ nixsmith = «derivation»; }`
*/
final: _prev: {
  nixsmith = final.callPackage ./package.nix { };
}

# The package builds and its tests pass.
{ callPackage, ... }:

callPackage ../lib/package.nix { doCheck = true; }

# The package builds and its tests pass.
{ nixsmith, flake }:

nixsmith

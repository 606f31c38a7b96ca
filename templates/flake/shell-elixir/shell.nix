# The development shell. Tools are in `nativeBuildInputs` and run on the machine that builds; libraries come with the package's
# own `buildInputs`. So the shell of `pkgsCross.<platform>` is right as well.
{
  mkShell,
  callPackage,
  elixir-ls,
}:

mkShell {
  # everything that package.nix builds and tests with
  inputsFrom = [ (callPackage ./package.nix { }) ];

  nativeBuildInputs = [
    elixir-ls
  ];
}

# The development shell. Tools run on the machine that builds, so that the shell of another platform is right as well.
{
  mkShell,
  go,
  gopls,
}:

mkShell {
  nativeBuildInputs = [
    go
    gopls
  ];
}

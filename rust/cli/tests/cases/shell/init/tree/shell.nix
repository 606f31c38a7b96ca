# The development shell. Tools run on the machine that builds, so that the shell of another platform is right as well.
{
  mkShell,
  nodejs,
  pnpm,
}:

mkShell {
  nativeBuildInputs = [
    nodejs
    pnpm
  ];
}

# The development shell. Tools run on the machine that builds, so that the shell of another platform is right as well.
{
  mkShell,
  bundler,
  ruby,
}:

mkShell {
  nativeBuildInputs = [
    bundler
    ruby
  ];
}

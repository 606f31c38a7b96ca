# The binary runs, says the version of Cargo.toml, and starts without a home or a terminal.
{
  lib,
  nixsmith,
  runCommand,
  flake,
}:

runCommand "nixsmith-version"
  {
    expected = "nixsmith ${(lib.importTOML ../Cargo.toml).workspace.package.version}";
  }
  ''
    found=$(${nixsmith}/bin/nixsmith --version)
    if [ "$found" != "$expected" ]; then
      echo "expected: $expected" >&2
      echo "found:    $found" >&2
      exit 1
    fi
    echo "$found" > $out
  ''

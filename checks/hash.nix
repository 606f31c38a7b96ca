# The hash of this very source tree is the one that Nix gave it.
{
  lib,
  nixsmith,
  runCommand,
  flake,
}:

runCommand "nixsmith-hash"
  {
    expected = flake.narHash;
    tree = "${flake}";
  }
  ''
    found=$(${nixsmith}/bin/nixsmith hash path "$tree")
    if [ "$found" != "$expected" ]; then
      echo "expected: $expected" >&2
      echo "found:    $found" >&2
      exit 1
    fi
    echo "$found" > $out
  ''

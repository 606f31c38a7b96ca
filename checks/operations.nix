# lib/operations.json, which the flake's apps are made of, is what the binary says of itself.
{
  nixsmith,
  runCommand,
  flake,
}:

runCommand "nixsmith-operations" { recorded = ../lib/operations.json; } ''
  ${nixsmith}/bin/nixsmith schema --operations > $out
  diff -u "$recorded" $out
''

#!@runtimeShell@
# Greets everyone that the standard input names, one a line.
set -eu
while IFS= read -r name; do
  @greet@ "$name"
done

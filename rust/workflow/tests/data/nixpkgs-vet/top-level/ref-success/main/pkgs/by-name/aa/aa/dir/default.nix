# Recursive
../package.nix

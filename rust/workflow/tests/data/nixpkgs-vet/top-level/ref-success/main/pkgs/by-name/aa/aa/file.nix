# Recursive test
import ./file.nix

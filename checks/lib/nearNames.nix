# lib/nearNames.nix: what somebody may have meant.
{ lib, runCommand, ... }:

let
  near =
    name:
    import ../../lib/nearNames.nix {
      inherit lib name;
      known = [
        "aarch64-linux"
        "c"
        "go"
        "python"
        "rust"
        "typescript"
        "x86_64-darwin"
        "x86_64-linux"
      ];
    };
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-nearNames";
  unless = if lib ? strings.levenshtein then null else "this lib has no edit distance";
  cases = {
    swapped-letters = {
      found = near "pyhton";
      wanted = [ "python" ];
    };
    another-separator = {
      found = near "x86-64-linux";
      wanted = [ "x86_64-linux" ];
    };
    the-beginning = {
      found = near "type";
      wanted = [ "typescript" ];
    };
    nothing-near = {
      found = near "haskell";
      wanted = [ ];
    };
    short-names-need-more = {
      found = near "java";
      wanted = [ ];
    };
    no-name = {
      found = near "";
      wanted = [
        "c"
        "go"
      ];
    };
  };
}

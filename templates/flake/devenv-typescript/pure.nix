# devenv must know the folder that it is in, and pure evaluation does not say it. So that `nix flake show` and `nix flake check`
# work all the same, it is given one then; a shell made that way says how it is entered and ends.
{ lib, ... }:

{
  config = lib.mkIf (builtins.getEnv "PWD" == "") {
    devenv.root = "/var/empty/devenv";

    enterShell = lib.mkBefore ''
      echo 'error: devenv does not know its folder; enter with: nix develop --no-pure-eval' >&2
      exit 1
    '';
  };
}

# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  python3,
  ruff,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "python-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "python-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "python-shell";
    buildPhase = ''
      diff <(python3 --version) <(echo 'Python ${python3.version}')
      diff <(ruff --version) <(echo 'ruff ${ruff.version}')
      pytest --version
      type -p pyright
      touch $out
    '';
  };

  # the linter and the type checker find nothing
  lints = shell.overrideAttrs {
    name = "python-lints";
    buildPhase = ''
      cd ${source}
      ruff check --no-cache .
      ruff format --no-cache --check .
      HOME=$TMPDIR pyright --project pyproject.toml
      touch $out
    '';
  };
}

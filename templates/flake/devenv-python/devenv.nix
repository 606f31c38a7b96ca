# The shell, in devenv's modules.
{ pkgs, ... }:

{
  languages.python = {
    enable = true;
    # the interpreter; a virtual environment for what pyproject.toml depends on comes with it
    package = pkgs.python3;
    venv.enable = true;
    uv.enable = true;
  };

  packages = [ pkgs.ruff ];

  # the packages below src are found from there without being installed
  scripts.greet.exec = ''
    cd "$DEVENV_ROOT/src"
    python -m greet "$@"
  '';

  enterTest = ''
    cd "$DEVENV_ROOT/src"
    python -m unittest discover --start-directory ../tests
    ruff check --no-cache ..
  '';
}

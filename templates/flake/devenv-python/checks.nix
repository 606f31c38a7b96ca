# What `nix flake check` builds. `source` is this folder, `shell` the development shell.
{
  runCommand,
  nixfmt-rs,
  python3,
  ruff,
  uv,
  source,
  shell,
}:

{
  # every Nix file is formatted
  formatting = runCommand "devenv-python-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # everything that the shell consists of
  inherit (shell) ci;

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "devenv-python-shell";
    buildPhase = ''
      diff <(python3 --version) <(echo 'Python ${python3.version}')
      diff <(ruff --version) <(echo 'ruff ${ruff.version}')
      [[ $(uv --version) == 'uv ${uv.version}'* ]] || { uv --version; exit 1; }
      touch $out
    '';
  };

  # the source passes its own tests in the shell
  tests = shell.overrideAttrs {
    name = "devenv-python-tests";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR
      cd src
      python3 -m unittest discover --start-directory ../tests
      diff <(python3 -m greet Ada) <(echo 'Hello, Ada!')
      ruff check --no-cache ..
      touch $out
    '';
  };
}

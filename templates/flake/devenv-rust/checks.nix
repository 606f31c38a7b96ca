# What `nix flake check` builds. `source` is this folder, `shell` the development shell.
{
  runCommand,
  nixfmt-rs,
  cargo,
  cargo-nextest,
  rustc,
  source,
  shell,
}:

{
  # every Nix file is formatted
  formatting = runCommand "devenv-rust-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # everything that the shell consists of
  inherit (shell) ci;

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "devenv-rust-shell";
    buildPhase = ''
      [[ $(rustc --version) == 'rustc ${rustc.version}'* ]] || { rustc --version; exit 1; }
      [[ $(cargo --version) == 'cargo ${cargo.version}'* ]] || { cargo --version; exit 1; }
      [[ $(cargo nextest --version) == *'${cargo-nextest.version}'* ]] || { cargo nextest --version; exit 1; }
      rust-analyzer --version
      touch $out
    '';
  };

  # the source passes its own tests in the shell
  tests = shell.overrideAttrs {
    name = "devenv-rust-tests";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR
      export CARGO_HOME=$TMPDIR/cargo
      cargo nextest run --offline
      cargo clippy --offline --all-targets -- -D warnings
      cargo fmt --check
      diff <(cargo run --offline --quiet -- Ada) <(echo 'Hello, Ada!')
      touch $out
    '';
  };
}

# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  rustc,
  cargo,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "rust-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "rust-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "rust-shell";
    buildPhase = ''
      [[ $(rustc --version) == 'rustc ${rustc.version}'* ]] || { rustc --version; exit 1; }
      [[ $(cargo --version) == 'cargo ${cargo.version}'* ]] || { cargo --version; exit 1; }
      cargo clippy --version
      cargo fmt --version
      rust-analyzer --version
      touch $out
    '';
  };

  # the linter and the formatter find nothing
  lints = shell.overrideAttrs {
    name = "rust-lints";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export CARGO_HOME=$TMPDIR/cargo
      cargo clippy --offline --all-targets -- -D warnings
      cargo fmt --check
      touch $out
    '';
  };
}

# The shell, in devenv's modules.
{ pkgs, ... }:

{
  # the toolchain of nixpkgs, with clippy, rustfmt and rust-analyzer; another `channel` needs the input rust-overlay
  languages.rust.enable = true;

  packages = [ pkgs.cargo-nextest ];

  scripts.greet.exec = ''
    cargo run --quiet -- "$@"
  '';

  enterTest = ''
    cargo nextest run
    cargo clippy --all-targets -- -D warnings
    cargo fmt --check
  '';
}

/**
  Development shell: the toolchain, the linters and the programs that the tests start. For `callPackage`.

  # Output

  A derivation for `nix develop`.
*/
{
  mkShell,
  cargo,
  cargo-nextest,
  clippy,
  git,
  nixfmt-rs,
  rustc,
  rustfmt,
}:

mkShell {
  packages = [
    cargo
    cargo-nextest
    clippy
    git
    nixfmt-rs
    rustc
    rustfmt
  ];
}

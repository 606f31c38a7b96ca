/**
  The package: the binary, its completions and its manual pages. For `callPackage`.

  # Inputs

  `doCheck`: whether the build runs the tests as well. Not by default: whoever runs the program for the first time waits for one
  compilation instead of thirty; the flake's check `package` runs them.

  # Output

  A derivation whose main program is `nixsmith`.
*/
{
  lib,
  stdenv,
  rustPlatform,
  installShellFiles,
  git,
  doCheck ? false,
}:

let
  manifest = lib.importTOML ../Cargo.toml;
in
rustPlatform.buildRustPackage {
  pname = "nixsmith";
  inherit (manifest.workspace.package) version;

  # what the binary and its tests are made of; a change elsewhere builds nothing anew
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../Cargo.lock
      ../Cargo.toml
      ../lib/operations.json
      ../rust
      ../templates
      (lib.fileset.maybeMissing ../LICENSE)
      (lib.fileset.maybeMissing ../README.md)
    ];
  };

  cargoLock.lockFile = ../Cargo.lock;

  strictDeps = true;
  __structuredAttrs = true;

  nativeBuildInputs = [ installShellFiles ];

  inherit doCheck;
  # tests that need a Nix of their own say so and are skipped: a build must not start another one
  nativeCheckInputs = [ git ];
  preCheck = ''
    export HOME=$(mktemp -d)
  '';

  # writing the manual pages goes through the journal in the state home
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    export HOME=$(mktemp -d)
    for shell in bash fish zsh; do
      $out/bin/nixsmith completions $shell > nixsmith.$shell
    done
    installShellCompletion nixsmith.bash nixsmith.fish --zsh --name _nixsmith nixsmith.zsh
    $out/bin/nixsmith man -o man
    installManPage man/*
  '';

  meta = {
    description = "From an idea to a merged change in Nix land: hash, package, test, review, send";
    homepage = manifest.workspace.package.repository;
    license = lib.licenses.mit;
    mainProgram = "nixsmith";
    platforms = lib.platforms.unix;
  };
}

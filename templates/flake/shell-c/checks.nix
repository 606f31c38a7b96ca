# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  lib,
  stdenv,
  pkgsCross,
  cmake,
  ninja,
  zlib,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "c-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "c-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(printf 123456789 | checksum) <(echo cbf43926)
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "c-shell";
    buildPhase = ''
      [[ $(cmake --version) == *'${cmake.version}'* ]] || { cmake --version; exit 1; }
      diff <(ninja --version) <(echo '${ninja.version}')
      diff <($PKG_CONFIG --modversion zlib) <(echo '${zlib.version}')
      type -p clang-format clangd
      $CC --version
      touch $out
    '';
  };
}
// lib.optionalAttrs stdenv.hostPlatform.isLinux {
  # in the shell for another platform the tools are still of this machine, and the libraries are not
  cross =
    let
      other = pkgsCross.riscv64.callPackage ./shell.nix { };
      ofPlatform = platform: lib.all (input: input.stdenv.hostPlatform.config == platform.config);
    in
    assert lib.assertMsg (ofPlatform stdenv.buildPlatform other.nativeBuildInputs)
      "a tool in nativeBuildInputs does not run on the machine that builds";
    assert lib.assertMsg (ofPlatform other.stdenv.hostPlatform other.buildInputs)
      "a library in buildInputs is not of the platform built for";
    runCommand "c-cross" {
      shell = builtins.unsafeDiscardStringContext other.drvPath;
    } "echo $shell > $out";
}

# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  lib,
  jdk,
  maven,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "java-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "java-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "java-shell";
    buildPhase = ''
      [[ $(javac -version 2>&1) == "javac ${lib.versions.major jdk.version}"* ]] || { javac -version; exit 1; }
      [[ $(mvn --version) == *'Apache Maven ${maven.version}'* ]] || { mvn --version; exit 1; }
      type -p gradle jdtls
      touch $out
    '';
  };
}

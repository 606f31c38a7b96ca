# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  beamPackages,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "elixir-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "elixir-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "elixir-shell";
    buildPhase = ''
      export HOME=$TMPDIR LANG=C.UTF-8
      [[ $(elixir --version) == *'Elixir ${beamPackages.elixir.version}'* ]] || { elixir --version; exit 1; }
      mix --version
      type -p elixir-ls
      touch $out
    '';
  };

  # the format of the source
  lints = shell.overrideAttrs {
    name = "elixir-lints";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR LANG=C.UTF-8
      mix format --check-formatted
      touch $out
    '';
  };
}

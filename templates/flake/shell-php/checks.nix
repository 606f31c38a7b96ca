# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  php,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "php-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "php-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "php-shell";
    buildPhase = ''
      [[ $(php --version) == 'PHP ${php.version} '* ]] || { php --version; exit 1; }
      [[ $(composer --version --no-ansi) == *'${php.packages.composer.version}'* ]] || { composer --version; exit 1; }
      type -p phpactor
      touch $out
    '';
  };
}

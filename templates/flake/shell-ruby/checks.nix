# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  ruby,
  rubocop,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "ruby-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "ruby-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "ruby-shell";
    buildPhase = ''
      [[ $(ruby --version) == 'ruby ${ruby.version}'* ]] || { ruby --version; exit 1; }
      diff <(HOME=$TMPDIR rubocop --version) <(echo '${rubocop.version}')
      HOME=$TMPDIR bundle --version
      type -p ruby-lsp
      touch $out
    '';
  };
}

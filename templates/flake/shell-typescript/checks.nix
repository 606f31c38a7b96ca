# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  nodejs,
  typescript,
  typescript-language-server,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "typescript-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "typescript-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "typescript-shell";
    buildPhase = ''
      diff <(node --version) <(echo 'v${nodejs.version}')
      diff <(tsc --version) <(echo 'Version ${typescript.version}')
      diff <(typescript-language-server --version) <(echo '${typescript-language-server.version}')
      npm --version
      touch $out
    '';
  };
}

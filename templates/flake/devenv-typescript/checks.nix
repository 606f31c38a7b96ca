# What `nix flake check` builds. `source` is this folder, `shell` the development shell.
{
  runCommand,
  nixfmt-rs,
  nodejs,
  typescript,
  source,
  shell,
}:

{
  # every Nix file is formatted
  formatting = runCommand "devenv-typescript-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # everything that the shell consists of
  inherit (shell) ci;

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "devenv-typescript-shell";
    buildPhase = ''
      diff <(node --version) <(echo 'v${nodejs.version}')
      diff <(tsc --version) <(echo 'Version ${typescript.version}')
      npm --version
      touch $out
    '';
  };

  # the source passes its own tests in the shell
  tests = shell.overrideAttrs {
    name = "devenv-typescript-tests";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR
      tsc
      node --test dist/*.test.js
      diff <(node dist/main.js Ada) <(echo 'Hello, Ada!')
      touch $out
    '';
  };
}

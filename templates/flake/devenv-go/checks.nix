# What `nix flake check` builds. `source` is this folder, `shell` the development shell.
{
  runCommand,
  nixfmt-rs,
  go,
  golangci-lint,
  source,
  shell,
}:

{
  # every Nix file is formatted
  formatting = runCommand "devenv-go-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # everything that the shell consists of
  inherit (shell) ci;

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "devenv-go-shell";
    buildPhase = ''
      diff <(go env GOVERSION) <(echo 'go${go.version}')
      [[ $(golangci-lint version) == *'${golangci-lint.version}'* ]] || { golangci-lint version; exit 1; }
      touch $out
    '';
  };

  # the source passes its own tests in the shell
  tests = shell.overrideAttrs {
    name = "devenv-go-tests";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR
      export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local
      diff <(gofmt -l .) /dev/null
      go vet ./...
      go test ./...
      diff <(go run . Ada) <(echo 'Hello, Ada!')
      touch $out
    '';
  };
}

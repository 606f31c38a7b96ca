# What `nix flake check` builds. `source` is this folder.
{
  runCommand,
  callPackage,
  nixfmt-rs,
  go,
  golangci-lint,
  source,
}:

let
  package = callPackage ./package.nix { };
  shell = callPackage ./shell.nix { };
in
{
  inherit package;

  # every Nix file is formatted
  formatting = runCommand "go-formatting" { nativeBuildInputs = [ nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the program says what it should
  runs = runCommand "go-runs" { nativeBuildInputs = [ package ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the tools of the shell start, and are of the versions that its nixpkgs states
  shell = shell.overrideAttrs {
    name = "go-shell";
    buildPhase = ''
      diff <(go env GOVERSION) <(echo 'go${go.version}')
      gopls version
      [[ $(golangci-lint version) == *'${golangci-lint.version}'* ]] || { golangci-lint version; exit 1; }
      touch $out
    '';
  };

  # gofmt and vet find nothing
  lints = shell.overrideAttrs {
    name = "go-lints";
    buildPhase = ''
      cp -r ${source} source
      chmod -R +w source
      cd source
      export HOME=$TMPDIR GOFLAGS=-mod=mod GOPROXY=off
      diff <(gofmt -l .) /dev/null
      go vet ./...
      touch $out
    '';
  };
}

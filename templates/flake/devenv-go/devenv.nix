# The shell, in devenv's modules.
{ pkgs, ... }:

{
  languages.go = {
    enable = true;
    package = pkgs.go;
  };

  packages = [ pkgs.golangci-lint ];

  scripts.greet.exec = ''
    go run . "$@"
  '';

  enterTest = ''
    go test ./...
    go vet ./...
  '';
}

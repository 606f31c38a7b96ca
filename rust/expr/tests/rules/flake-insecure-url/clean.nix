#@ path: flake.nix
{
  inputs.a.url = "https://example.org/a.tar.gz";
  inputs.b.url = "http://localhost:8080/b.tar.gz";
  inputs.c.url = "github:example/c";
  outputs = _: { url = "http://example.org"; homepage.url = "http://example.org"; };
}

#@ path: flake.nix
{
  inputs.a.url = "http://example.org/a.tar.gz";
  inputs = { b = { url = "git://example.org/b.git"; flake = false; }; };
  outputs = _: { };
}

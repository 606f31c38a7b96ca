{ fetchurl, system }:
let
  # 1.0 is the first one
  version = "1.0";
  server = builtins.readFile <server>;
  src = fetchurl {
    url = "${server}/greeter-${version}.tar";
    hash = "sha256-LIsI2lzmA5jh8Zrw5dzMdE3ydLgmq+WF6rpoxSVDSAY=";
  };
in
derivation {
  name = "greeter-${version}";
  builder = "/bin/sh";
  inherit system src;
}
// {
  pname = "greeter";
  inherit version;
}

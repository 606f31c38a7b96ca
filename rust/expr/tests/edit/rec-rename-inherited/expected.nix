{ lib, stdenv, fetchurl, ... }@args:

stdenv.mkDerivation rec {
  name = "old-${version}";
  version = "0.1";
  src = fetchurl {
    url = "https://example.org/${name}.tar.gz";
    sha256 = "0000000000000000000000000000000000000000000000000000";
  };
  inherit (args) /* flags */ configureFlags; # from outside
  buildFlags = args.makeFlags;
  meta = with lib; { description = "Old"; license = licenses.gpl2; };
}

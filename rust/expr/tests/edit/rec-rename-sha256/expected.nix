{ lib, stdenv, fetchurl, ... }@args:

stdenv.mkDerivation rec {
  name = "old-${version}";
  version = "0.1";
  src = fetchurl {
    url = "https://example.org/${name}.tar.gz";
    hash = "0000000000000000000000000000000000000000000000000000";
  };
  inherit (args) /* flags */ configureFlags makeFlags; # from outside
  meta = with lib; { description = "Old"; license = licenses.gpl2; };
}

args: stdenv.mkDerivation ({ pname = "a"; version = "1"; } // args // lib.optionalAttrs x { version = "2"; })

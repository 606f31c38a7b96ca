args: stdenv.mkDerivation ({ pname = "a"; version = "3"; } // args // lib.optionalAttrs x { version = "2"; })

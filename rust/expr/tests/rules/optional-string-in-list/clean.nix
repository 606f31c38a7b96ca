{ stdenv, lib, withY }:
stdenv.mkDerivation {
  configureFlags = [ "--enable-x${lib.optionalString withY "y"}" ] ++ lib.optional withY "--enable-y";
  buildInputs = [ (lib.optionalString withY "x") ];
  makeFlags = lib.optionalString withY "x";
}

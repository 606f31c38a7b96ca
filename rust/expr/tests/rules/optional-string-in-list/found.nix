{ stdenv, lib, withY }:
stdenv.mkDerivation {
  configureFlags = [
    "--enable-x"
    (lib.optionalString withY "--enable-y")
  ];
}

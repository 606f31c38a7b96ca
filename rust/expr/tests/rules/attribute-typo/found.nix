{ stdenv, buildGoModule }:
{
  a = stdenv.mkDerivation {
    nativeBuildInput = [ ];
    Meta = { };
    postinstall = "true";
  };
  b = buildGoModule { vendorhash = null; };
}

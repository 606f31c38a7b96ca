{ stdenv }:
{
  a = stdenv.mkDerivation {
    name = "tool";
    version = "1.0";
  };
  b = stdenv.mkDerivation rec {
    pname = "tool";
    version = "1.0";
    name = "${pname}-${version}";
    src = ./.;
  };
  c = stdenv.mkDerivation (finalAttrs: {
    pname = "tool";
    version = "1.0";
    # the usual
    name = "${finalAttrs.pname}-${finalAttrs.version}";
  });
}

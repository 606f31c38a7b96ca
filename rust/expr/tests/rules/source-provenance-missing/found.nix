{ stdenv, fetchurl, lib, appimageTools }:
{
  a = stdenv.mkDerivation (finalAttrs: {
    src = fetchurl { url = "https://example.org/tool-${finalAttrs.version}.deb"; };
    meta = {
      license = lib.licenses.mit;
    };
  });
  b = appimageTools.wrapType2 {
    pname = "tool";
    src = fetchurl { url = "https://example.org/tool.AppImage"; };
    meta.license = lib.licenses.mit;
  };
}

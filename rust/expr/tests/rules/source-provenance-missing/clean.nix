{ stdenv, fetchurl, lib, meta }:
{
  a = stdenv.mkDerivation {
    src = fetchurl { url = "https://example.org/tool.deb"; };
    meta.sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
  };
  b = stdenv.mkDerivation {
    src = fetchurl { url = "https://example.org/tool.tar.gz"; };
    meta.license = lib.licenses.mit;
  };
  c = stdenv.mkDerivation {
    src = fetchurl { url = "https://example.org/tool.deb"; };
    inherit meta;
  };
}

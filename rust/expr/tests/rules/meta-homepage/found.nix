{ stdenv }:
stdenv.mkDerivation { meta.homepage = "http://example.org/${toString 1}"; }

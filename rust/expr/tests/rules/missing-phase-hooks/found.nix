{ stdenv }:
stdenv.mkDerivation {
  buildPhase = "make";
  checkPhase = ''
    runHook preCheck
    make check
  '';
  installPhase = ''
    cp tool $out/bin
      if true; then
        cp other $out/bin
      fi
  '';
}

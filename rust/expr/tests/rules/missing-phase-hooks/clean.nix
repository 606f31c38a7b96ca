{ stdenv, phase }:
{
  a = stdenv.mkDerivation {
    buildPhase = ":";
    checkPhase = "";
    configurePhase = phase;
    installPhase = ''
      runHook preInstall
      cp tool $out/bin
      runHook postInstall
    '';
    unpackPhase = "cp -r $src source";
  };
  installPhase = "cp";
}

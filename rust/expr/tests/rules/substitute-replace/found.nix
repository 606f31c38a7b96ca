{ stdenv, git }:
stdenv.mkDerivation {
  postPatch = ''
    substituteInPlace Makefile \
      --replace /usr $out \
      --replace git ${git}/bin/git --replace-fail a b
    other --replace x
  '';
  postInstall = "substitute a b --replace c d";
}

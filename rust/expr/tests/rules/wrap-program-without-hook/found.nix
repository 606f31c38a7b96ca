{ stdenv, git, openssl }:
stdenv.mkDerivation {
  pname = "tool";
  buildInputs = [ openssl ];
  postInstall = ''
    wrapProgram $out/bin/tool --prefix PATH : ${git}/bin
  '';
}

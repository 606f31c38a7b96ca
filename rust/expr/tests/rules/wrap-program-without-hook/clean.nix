{ stdenv, makeBinaryWrapper, hooks, buildNpmPackage, args }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [ makeBinaryWrapper ];
    postInstall = "wrapProgram $out/bin/tool";
  };
  b = stdenv.mkDerivation {
    nativeBuildInputs = hooks;
    postInstall = "wrapProgram $out/bin/tool";
  };
  c = buildNpmPackage { postInstall = "wrapProgram $out/bin/tool"; };
  d = stdenv.mkDerivation { postInstall = "echo wrapProgram is not called"; };
  e = stdenv.mkDerivation (args // { postInstall = "wrapProgram $out/bin/tool"; });
  f = stdenv.mkDerivation { meta.description = "wrapProgram "; };
}

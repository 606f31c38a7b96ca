{ clangStdenv }:
clangStdenv.mkDerivation {
  pname = "a";
  fixupPhase = ":";
}

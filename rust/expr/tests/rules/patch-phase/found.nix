{ python3Packages }:
python3Packages.buildPythonApplication rec {
  pname = "a";
  patchPhase = "patchShebangs .";
}

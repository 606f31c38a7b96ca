{ lib, beamPackages }:

beamPackages.mixRelease {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./lib
      ./mix.exs
      ./test
    ];
  };

  # one file instead of a release with its own runtime
  escriptBinName = "greet";

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

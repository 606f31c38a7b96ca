{ lib, buildGoModule }:

buildGoModule {
  pname = "greet";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./go.mod
      (lib.fileset.maybeMissing ./go.sum)
      (lib.fileset.fileFilter (file: file.hasExt "go") ./.)
    ];
  };

  # no dependencies yet; with the first one this becomes `lib.fakeHash`, and the failing build says the right hash
  vendorHash = null;

  ldflags = [ "-s" ];

  meta = {
    description = "Greet someone";
    license = lib.licenses.mit;
    mainProgram = "greet";
    platforms = lib.platforms.unix;
  };
}

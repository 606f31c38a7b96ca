{ stdenv, meson, cmake, ninja }:
{
  a = stdenv.mkDerivation {
    nativeBuildInputs = [
      # finds a dependency
      cmake
      meson
      ninja
    ];
  };
  b = stdenv.mkDerivation {
    dontUseCmakeConfigure = true;
    nativeBuildInputs = [ cmake meson ];
  };
  c = stdenv.mkDerivation {
    nativeBuildInputs = [ cmake ninja ];
  };
}

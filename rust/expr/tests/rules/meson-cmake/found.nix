{ stdenv, meson, cmake, ninja }:
stdenv.mkDerivation {
  nativeBuildInputs = [
    cmake
    meson
    ninja
  ];
}

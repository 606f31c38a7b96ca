{ stdenv, lib, meson, cmake, buildType }:
stdenv.mkDerivation {
  nativeBuildInputs = lib.optionals (buildType == "meson") [ meson ] ++ lib.optionals (buildType == "cmake") [ cmake ];
}

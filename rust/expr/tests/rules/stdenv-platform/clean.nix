{ stdenv, other }:
[
  stdenv.hostPlatform.isLinux
  stdenv.buildPlatform.system
  other.isLinux
  stdenv.isMusl
  other.stdenv.isLinux
]

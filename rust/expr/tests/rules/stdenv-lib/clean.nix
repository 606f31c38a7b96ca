{ stdenv, lib, config }:
[
  lib.version
  stdenv.cc.lib
  config.stdenv.lib
  stdenv.libc
]

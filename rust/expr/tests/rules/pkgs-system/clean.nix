{ pkgs, config }:
[
  pkgs.system or "x"
  pkgs.system.name
  pkgs.stdenv.hostPlatform.system
  config.pkgs.system
]

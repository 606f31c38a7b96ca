#@ evaluate
({ stdenv, pkgs }: [
  stdenv.isLinux
  pkgs.stdenv.system
  (if stdenv.isLinux then 1 else 2)
  (let stdenv = { isLinux = 1; }; in stdenv.isLinux)
]) (let
  hostPlatform = { isLinux = true; system = "x86_64-linux"; };
  stdenv = hostPlatform // { inherit hostPlatform; };
in
{ inherit stdenv; pkgs = { inherit stdenv; }; })

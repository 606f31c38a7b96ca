#@ evaluate
({ pkgs }: [
  pkgs.system
  { a.${pkgs.system} = 1; }
]) {
  pkgs = rec { system = stdenv.hostPlatform.system; stdenv.hostPlatform.system = "x86_64-linux"; };
}

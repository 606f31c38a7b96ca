# lib/crossMatrix.nix with the package sets of this nixpkgs; nothing is compiled.
{
  lib,
  path ? null,
  runCommand,
  ...
}:

let
  matrix =
    hostSystems:
    import ../../lib/crossMatrix.nix {
      nixpkgs = path;
      buildSystem = "x86_64-linux";
      inherit hostSystems;
      package = pkgs: {
        build = pkgs.stdenv.buildPlatform.system;
        host = pkgs.stdenv.hostPlatform.config;
        isCross = !lib.systems.equals pkgs.stdenv.buildPlatform pkgs.stdenv.hostPlatform;
      };
    };
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-crossMatrix";
  unless = if path == null then "this nixpkgs cannot cross-compile" else null;
  cases = {
    native-and-foreign = {
      found = matrix [
        "x86_64-linux"
        "aarch64-linux"
        "musl64"
        "riscv64"
      ];
      wanted =
        builtins.mapAttrs
          (_: host: {
            build = "x86_64-linux";
            inherit host;
            isCross = host != "x86_64-unknown-linux-gnu";
          })
          {
            x86_64-linux = "x86_64-unknown-linux-gnu";
            aarch64-linux = "aarch64-unknown-linux-gnu";
            musl64 = "x86_64-unknown-linux-musl";
            riscv64 = "riscv64-unknown-linux-gnu";
          };
    };
    none = {
      found = matrix [ ];
      wanted = { };
    };
    unknown-host.refused = matrix [ "aarch64-linx" ];
    # nothing of the right ones is made either
    unknown-host-beside-a-known-one.refused =
      (matrix [
        "x86_64-linux"
        "riscv65"
      ]).x86_64-linux;
    unknown-build.refused = import ../../lib/crossMatrix.nix {
      nixpkgs = path;
      buildSystem = "x86-linux";
      hostSystems = [ "aarch64-linux" ];
      package = pkgs: pkgs.stdenv.hostPlatform.system;
    };
  };
}

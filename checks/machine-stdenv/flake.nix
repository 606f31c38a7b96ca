{
  description = "A real nixpkgs on the machine's own compiler, for `--override-input nixpkgs`";

  # The tree and the toolchain are the machine's, so this evaluates with --impure only:
  #   NIXSMITH_NIXPKGS=… NIXSMITH_RUST=$(rustc --print sysroot) \
  #     nix build --impure --override-input nixpkgs path:./checks/machine-stdenv
  outputs =
    { self }:
    let
      named = builtins.getEnv "NIXSMITH_NIXPKGS";
      nixpkgs =
        if named != "" then /. + named else throw "machine-stdenv: NIXSMITH_NIXPKGS names no nixpkgs tree";
      lib = import (nixpkgs + "/lib");
    in
    {
      inherit lib;
      legacyPackages = lib.genAttrs [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ] (system: import ./. { inherit nixpkgs system; });
    };
}

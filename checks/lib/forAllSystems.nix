# lib/forAllSystems.nix with package sets that only know their system.
{ runCommand, ... }:

let
  forAllSystems = import ../../lib/forAllSystems.nix;

  set = system: { inherit system; };
  nixpkgs.legacyPackages = {
    x86_64-linux = set "x86_64-linux";
    aarch64-linux = set "aarch64-linux";
    aarch64-darwin = set "aarch64-darwin";
    x86_64-darwin = set "x86_64-darwin";
  };
  # a tree whose package set says what it was called with
  tree = ../data/lib/tree;

  of = systems: forAllSystems { inherit nixpkgs systems; } (set: set.system);
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-forAllSystems";
  cases = {
    default-systems = {
      found = forAllSystems { inherit nixpkgs; } (set: set.system);
      wanted = {
        x86_64-linux = "x86_64-linux";
        aarch64-linux = "aarch64-linux";
        aarch64-darwin = "aarch64-darwin";
        x86_64-darwin = "x86_64-darwin";
      };
    };
    named-systems = {
      found = of [ "aarch64-linux" ];
      wanted.aarch64-linux = "aarch64-linux";
    };
    none = {
      found = of [ ];
      wanted = { };
    };
    overlays-and-config = {
      found =
        (forAllSystems {
          nixpkgs = tree;
          systems = [ "riscv64-linux" ];
          overlays = [ "one" ];
          config.allowUnfree = true;
        } (pkgs: pkgs)).riscv64-linux;
      wanted = {
        system = "riscv64-linux";
        overlays = [ "one" ];
        config.allowUnfree = true;
      };
    };
    other-systems-are-not-evaluated = {
      found =
        (forAllSystems {
          inherit nixpkgs;
        } (set: if set.system == "x86_64-linux" then "made" else throw "asked for")).x86_64-linux;
      wanted = "made";
    };
    twice.refused = of [
      "x86_64-linux"
      "x86_64-linux"
    ];
    an-operating-system-alone.refused = of [ "linux" ];
    not-text.refused = of [ 64 ];
  };
}

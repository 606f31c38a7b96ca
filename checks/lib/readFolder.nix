# lib/readFolder.nix: what a folder holds, by suffix and by kind.
{ runCommand, ... }:

let
  readFolder = import ../../lib/readFolder.nix;
  folder = ../data/lib/packages;
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-readFolder";
  cases = {
    files-of-a-suffix = {
      found = builtins.attrNames (readFolder.files folder ".nix" (file: file));
      wanted = [
        "default"
        "flat"
      ];
    };
    a-file-that-is-only-the-suffix = {
      found = readFolder.files folder "flat.nix" (file: file);
      wanted = { };
    };
    folders = {
      found = builtins.mapAttrs (_: baseNameOf) (readFolder.folders folder (path: path));
      wanted = {
        he = "he";
        own = "own";
      };
    };
    no-such-folder = {
      found =
        readFolder.files (folder + "/absent") ".nix" import
        // readFolder.folders (folder + "/absent") import;
      wanted = { };
    };
  };
}

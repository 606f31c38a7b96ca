# lib/mkShellFor.nix: what is in the shells of this nixpkgs; nothing is built.
{
  lib,
  path ? null,
  runCommand,
  ...
}:

let
  pkgs = import path { system = "x86_64-linux"; };
  foreign = pkgs.pkgsCross.aarch64-multiplatform;

  shell = arguments: import ../../lib/mkShellFor.nix ({ inherit pkgs; } // arguments);
  names = map lib.getName;
in
import ../support/cases.nix { inherit runCommand; } {
  name = "lib-mkShellFor";
  unless = if path == null then "this nixpkgs has no languages" else null;
  cases = {
    every-language = {
      found = map (language: builtins.isString (shell { languages = [ language ]; }).drvPath) [
        "c"
        "elixir"
        "go"
        "java"
        "node"
        "php"
        "python"
        "ruby"
        "rust"
        "typescript"
      ];
      wanted = lib.replicate 10 true;
    };
    two-that-share-a-tool = {
      found =
        names
          (shell {
            languages = [
              "node"
              "typescript"
            ];
          }).nativeBuildInputs;
      wanted = [
        "nodejs"
        "typescript"
        "typescript-language-server"
      ];
    };
    tools-and-libraries = {
      found =
        let
          made = shell {
            languages = [ "node" ];
            packages = pkgs: [ pkgs.hello ];
            libraries = pkgs: [ pkgs.zlib ];
            MODE = "test";
          };
        in
        {
          tools = names made.nativeBuildInputs;
          libraries = names made.buildInputs;
          mode = made.MODE;
        };
      wanted = {
        tools = [
          "nodejs"
          "hello"
        ];
        libraries = [ "zlib" ];
        mode = "test";
      };
    };
    for-another-platform = {
      found =
        let
          made = shell {
            pkgs = foreign;
            languages = [
              "go"
              "rust"
            ];
            libraries = pkgs: [ pkgs.zlib ];
          };
        in
        {
          inherit (made) CARGO_BUILD_TARGET GOARCH;
          linker = made.CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER;
          tools = lib.unique (
            map (tool: tool.stdenv.hostPlatform.system or "x86_64-linux") made.nativeBuildInputs
          );
          libraries = map (library: library.stdenv.hostPlatform.system) made.buildInputs;
        };
      wanted = {
        CARGO_BUILD_TARGET = "aarch64-unknown-linux-gnu";
        GOARCH = "arm64";
        linker = "aarch64-unknown-linux-gnu-cc";
        tools = [ "x86_64-linux" ];
        libraries = [ "aarch64-linux" ];
      };
    };
    no-language = {
      found = (shell { languages = [ ]; }).nativeBuildInputs;
      wanted = [ ];
    };
    unknown-language.refused = shell { languages = [ "pyhton" ]; };
  };
}

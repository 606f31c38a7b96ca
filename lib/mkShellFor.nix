/**
  Development shell by the names of languages, also for another platform than the machine's.

  # Inputs

  `pkgs`: a package set, `pkgsCross.<name>` too: compilers and tools are then of the machine, libraries of the target.
  `languages`: list of names out of `c`, `elixir`, `go`, `java`, `node`, `php`, `python`, `ruby`, `rust`, `typescript`.
  `packages`: function from the machine's package set to further tools.
  `libraries`: function from the target's package set to libraries to link with.
  Everything else (`name`, `shellHook`, variables) goes to `mkShell`.

  # Output

  A derivation for `nix develop`. An unknown language is an error that shows the near names.

  # Example

  mkShellFor { inherit pkgs; languages = [ "rust" "node" ]; packages = pkgs: [ pkgs.just ]; libraries = pkgs: [ pkgs.openssl ]; }
  =>  «derivation nix-shell»
*/
{
  pkgs,
  languages,
  packages ? _: [ ],
  libraries ? _: [ ],
  ...
}@given:

let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv) buildPlatform hostPlatform;

  # runs on the machine and makes things for the machine or for the target
  tools = pkgs.pkgsBuildHost;
  isCross = !lib.systems.equals buildPlatform hostPlatform;

  table = {
    c.tools = [
      tools.cmake
      tools.ninja
      tools.pkg-config
    ]
    ++ lib.optional (lib.meta.availableOn buildPlatform tools.gdb) tools.gdb;
    elixir.tools = [
      tools.beamPackages.elixir
      tools.beamPackages.erlang
    ];
    go = {
      tools = [
        tools.go
        tools.gopls
      ];
      variables = lib.optionalAttrs isCross {
        GOOS = hostPlatform.go.GOOS;
        GOARCH = hostPlatform.go.GOARCH;
        CGO_ENABLED = "1";
      };
    };
    java.tools = [
      tools.jdk
      tools.maven
    ];
    node.tools = [ tools.nodejs ];
    php.tools = [
      tools.php
      tools.php.packages.composer
    ];
    python.tools = [
      (tools.python3.withPackages (python: [ python.pip ]))
      tools.ruff
      tools.uv
    ];
    ruby.tools = [
      tools.bundler
      tools.ruby
    ];
    rust = {
      tools = [
        tools.cargo
        tools.clippy
        tools.rust-analyzer
        tools.rustc
        tools.rustfmt
      ];
      variables = lib.optionalAttrs isCross {
        CARGO_BUILD_TARGET = hostPlatform.rust.rustcTargetSpec;
        "CARGO_TARGET_${hostPlatform.rust.cargoEnvVarTarget}_LINKER" = "${pkgs.stdenv.cc.targetPrefix}cc";
      };
    };
    typescript.tools = [
      tools.nodejs
      tools.typescript
      tools.typescript-language-server
    ];
  };

  entry =
    name:
    table.${name} or (
      let
        known = builtins.attrNames table;
        near = import ./nearNames.nix { inherit lib known name; };
      in
      throw "mkShellFor: there is no language `${name}`; ${
        if near != [ ] then
          "near: " + lib.concatStringsSep ", " near
        else
          "known: " + lib.concatStringsSep ", " known
      }"
    );
  entries = map entry languages;

  variables = lib.foldl' (all: each: all // each.variables or { }) { } entries;
in
pkgs.mkShell (
  {
    # build scripts and macros are compiled for the machine itself
    depsBuildBuild = lib.optional isCross pkgs.pkgsBuildBuild.stdenv.cc;
  }
  // variables
  // removeAttrs given [
    "pkgs"
    "languages"
    "packages"
    "libraries"
  ]
  // {
    nativeBuildInputs =
      lib.unique (lib.concatMap (each: each.tools) entries ++ packages tools)
      ++ given.nativeBuildInputs or [ ];
    buildInputs = libraries pkgs ++ given.buildInputs or [ ];
  }
)

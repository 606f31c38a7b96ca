# Programs and libraries that the machine has, in the place of nixpkgs' own: building those first would take hours.
{ rust, python }:

final: prev:

let
  inherit (prev) lib;
  inherit (prev.stdenv.hostPlatform) system;

  tool = import ./tool.nix { inherit system; };

  # a program of the machine under the same name
  program =
    name: names:
    tool {
      inherit name;
      programs = lib.genAttrs names (each: each);
    };

  # a development library of the machine: the compiler and pkg-config find it by themselves
  library =
    name:
    tool {
      inherit name;
      outputs = [
        "out"
        "dev"
        "lib"
        "bin"
        "man"
        "doc"
      ];
    };

  hasLibrary =
    module:
    lib.any (folder: builtins.pathExists (/. + "${folder}/${module}.pc")) [
      "/usr/lib/${prev.stdenv.hostPlatform.parsed.cpu.name}-linux-gnu/pkgconfig"
      "/usr/lib/pkgconfig"
      "/usr/share/pkgconfig"
    ];

  # attribute = pkg-config module
  libraries = {
    openssl = "openssl";
    zlib = "zlib";
    zstd = "libzstd";
    bzip2 = "bzip2";
    xz = "liblzma";
    sqlite = "sqlite3";
    libgit2 = "libgit2";
    libssh2 = "libssh2";
    oniguruma = "oniguruma";
    curl = "libcurl";
    dbus = "dbus-1";
    udev = "libudev";
    fontconfig = "fontconfig";
    freetype = "freetype2";
    libffi = "libffi";
    ncurses = "ncurses";
    pcre2 = "libpcre2-8";
    libxml2 = "libxml-2.0";
    libyaml = "yaml-0.1";
    expat = "expat";
  };

  programs = {
    git = [ "git" ];
    gitMinimal = [ "git" ];
    unzip = [ "unzip" ];
    gnumake = [ "make" ];
    gnutar = [ "tar" ];
    gzip = [ "gzip" ];
    gnused = [ "sed" ];
    gnugrep = [ "grep" ];
    gawk = [ "awk" ];
    diffutils = [
      "diff"
      "cmp"
    ];
    findutils = [
      "find"
      "xargs"
    ];
    which = [ "which" ];
    file = [ "file" ];
    jq = [ "jq" ];
    patchelf = [ "patchelf" ];
  };

  pkgConfig = tool {
    name = "pkg-config";
    programs.pkg-config = "pkg-config";
    setupHook = ''
      export PKG_CONFIG=pkg-config
      addPkgConfigPath() {
        for each in "$1/lib/pkgconfig" "$1/share/pkgconfig"; do
          if [ -d "$each" ]; then export PKG_CONFIG_PATH="''${PKG_CONFIG_PATH:+$PKG_CONFIG_PATH:}$each"; fi
        done
      }
      addEnvHooks "$targetOffset" addPkgConfigPath
      addEnvHooks "$hostOffset" addPkgConfigPath
    '';
  };

  # A build system of the machine, run by the setup hooks of nixpkgs: those are what packages build with. The machine's may be
  # older: what only shortens the log is not asked of it.
  buildSystem =
    name: programs: hooks:
    tool {
      inherit name;
      programs = lib.genAttrs programs (each: each);
      setupHook =
        lib.replaceStrings
          [
            "@hostPlatform@"
            "--max-lines=1000000"
          ]
          [
            system
            ""
          ]
          (
            lib.concatMapStringsSep "\n" (hook: builtins.readFile (prev.path + "/pkgs/by-name/${hook}")) hooks
          );
    };

  buildSystems = {
    cmake = {
      programs = [
        "cmake"
        "ctest"
        "cpack"
      ];
      hooks = [ "cm/cmake/setup-hook.sh" ];
    };
    meson = {
      programs = [ "meson" ];
      hooks = [ "me/meson/setup-hook.sh" ];
    };
    ninja = {
      programs = [ "ninja" ];
      hooks = [ "ni/ninja/setup-hook.sh" ];
    };
  };

  hasPrograms = names: lib.all (name: builtins.pathExists (/. + "/usr/bin/${name}")) names;

  bash = tool {
    name = "bash";
    programs.bash = "/bin/bash";
    programs.sh = "/bin/sh";
    passthru.shellPath = "/bin/bash";
  };

  toolchain =
    name: extra:
    tool {
      inherit name;
      version = "1.95.0";
      programs =
        lib.genAttrs (
          if name == "rustc" then
            [
              "rustc"
              "rustdoc"
            ]
          else
            [ name ]
        ) (each: "${rust}/bin/${each}")
        // extra;
      passthru = {
        targetPlatforms = lib.platforms.all;
        badTargetPlatforms = [ ];
        inherit (prev.rustc) llvmPackages llvm;
        unwrapped = toolchain name extra;
      };
    };
  rustc = toolchain "rustc" { };
  cargo = toolchain "cargo" { };
in
{
  inherit bash rustc cargo;
  bashNonInteractive = bash;
  bashInteractive = bash;
  runtimeShell = "/bin/bash";
  runtimeShellPackage = bash;
  pkg-config = pkgConfig;

  rustPlatform = prev.makeRustPlatform { inherit rustc cargo; };

  # would first have to be built by the very toolchain it wraps
  cargo-auditable = prev.cargo-auditable // {
    meta = prev.cargo-auditable.meta // {
      broken = true;
    };
  };

  cacert = tool {
    name = "cacert";
    files."etc/ssl/certs/ca-bundle.crt" = "/etc/ssl/certs/ca-certificates.crt";
    setupHook = ''
      export NIX_SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
    '';
  };

  perl =
    if hasPrograms [ "perl" ] then
      tool {
        name = "perl";
        programs.perl = "perl";
        passthru.interpreter = "/usr/bin/perl";
      }
    else
      prev.perl;

  nodejs =
    if hasPrograms [ "node" ] then
      tool {
        name = "nodejs";
        programs.node = "node";
      }
    else
      prev.nodejs;

  coreutils = tool {
    name = "coreutils";
    programs =
      lib.genAttrs [
        "cat"
        "cp"
        "ln"
        "ls"
        "mkdir"
        "mv"
        "rm"
        "sort"
      ] (each: each)
      // {
        env = "${./env}";
      };
  };

  glibcLocales = tool { name = "glibc-locales"; };
  glibcLocalesUtf8 = tool { name = "glibc-locales"; };

  # fetch-cargo-vendor-util and its like: nixpkgs' script, unchanged, under the machine's Python
  writers = prev.writers // {
    writePython3Bin =
      name: _arguments: text:
      prev.writeTextFile {
        inherit name;
        executable = true;
        destination = "/bin/${name}";
        text = ''
          #!/bin/sh
          PYTHONPATH=${./python} exec ${python} ${./python/run_script.py} ${prev.writeText "${name}.py" text} "$@"
        '';
      };
  };
}
// lib.mapAttrs program (lib.filterAttrs (_: hasPrograms) programs)
// lib.mapAttrs (name: each: buildSystem name each.programs each.hooks) (
  lib.filterAttrs (_: each: hasPrograms each.programs) buildSystems
)
// lib.mapAttrs (name: _: library name) (
  lib.filterAttrs (_: hasLibrary) (removeAttrs libraries [ "curl" ])
)
// {
  # both the program and the library
  curl = tool {
    name = "curl";
    programs.curl = "curl";
    outputs = [
      "out"
      "dev"
      "bin"
    ];
  };
}

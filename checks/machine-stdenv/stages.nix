# The two stages of a stdenv that is made of the machine's own programs.
{ nixpkgs }:

{
  lib,
  localSystem,
  config,
  overlays,
  ...
}:

let
  shell = "/bin/bash";
  programs = [ "/usr" ];

  genericStdenv = import (nixpkgs + "/pkgs/stdenv/generic") { defaultConfig = config; };

  makeStdenv =
    { cc, fetchurlBoot }:
    genericStdenv {
      name = "stdenv-machine";
      buildPlatform = localSystem;
      hostPlatform = localSystem;
      targetPlatform = localSystem;
      initialPath = programs;
      inherit shell cc fetchurlBoot;
      # downloads use the machine's curl
      overrides = _: _: lib.optionalAttrs (fetchurlBoot != null) { fetchurl = fetchurlBoot; };
      # the compiler is the machine's own and unwrapped: it reads neither the flags nor the purity rules of nixpkgs' wrapper
      preHook = ''
        export NIX_ENFORCE_PURITY= NIX_ENFORCE_NO_NATIVE=
        # cargo keeps a cache below its home; without a sandbox root would really make /homeless-shelter, which Nix refuses next time
        export CARGO_HOME="$NIX_BUILD_TOP/.cargo-home"
        # what these steps look for needs patchelf; a minimal machine has none
        type -P patchelf >/dev/null || export noAuditTmpdir=1 dontPatchELF=1
      '';
    };

  stdenvNoCC = makeStdenv {
    cc = null;
    fetchurlBoot = null;
  };

  tool = import ./tool.nix { inherit (localSystem) system; };

  # what packages ask of `stdenv.cc`, answered by the machine's compiler
  compiler =
    tool {
      name = "cc-machine";
      version = "machine";
      programs = {
        cc = "gcc";
        gcc = "gcc";
        "c++" = "g++";
        "g++" = "g++";
        cpp = "cpp";
        ld = "ld";
        as = "as";
        ar = "ar";
        nm = "nm";
        ranlib = "ranlib";
        strip = "strip";
        objcopy = "objcopy";
        objdump = "objdump";
        readelf = "readelf";
      };
      setupHook = ''
        export CC=cc CXX=c++ LD=ld AR=ar AS=as NM=nm RANLIB=ranlib STRIP=strip OBJCOPY=objcopy OBJDUMP=objdump READELF=readelf
        export CC_FOR_BUILD=cc CXX_FOR_BUILD=c++
        addMachineFlags() {
          if [ -d "$1/include" ]; then export CPATH="''${CPATH:+$CPATH:}$1/include"; fi
          if [ -d "$1/lib" ]; then export LIBRARY_PATH="''${LIBRARY_PATH:+$LIBRARY_PATH:}$1/lib" LD_RUN_PATH="''${LD_RUN_PATH:+$LD_RUN_PATH:}$1/lib"; fi
        }
        addEnvHooks "$hostOffset" addMachineFlags
        addEnvHooks "$targetOffset" addMachineFlags
      '';
    }
    // {
      targetPrefix = "";
      isGNU = true;
      isClang = false;
      libc = null;
      libcxx = null;
      hardeningUnsupportedFlags = [ ];
      cc = compiler // {
        lib = compiler;
      };
      bintools = compiler // {
        bintools = compiler;
        isLLVM = false;
        isGNU = true;
        dynamicLinker = "";
      };
      nativeTools = true;
      nativeLibc = true;
      nativePrefix = "/usr";
      suffixSalt = "machine";
    };

  fetchurl = import (nixpkgs + "/pkgs/build-support/fetchurl") {
    inherit lib stdenvNoCC;
    curl = null;
    inherit (config) hashedMirrors rewriteURL;
  };
in
[
  (_: {
    __raw = true;
    cc = compiler;
    inherit fetchurl;
  })
  (previous: {
    inherit config overlays;
    selfBuild = true;
    stdenv = makeStdenv {
      cc = compiler;
      fetchurlBoot = previous.fetchurl;
    };
  })
]

# What `nix flake check` builds. `source` is this folder.
{
  pkgs,
  source,
  packages,
  shells,
}:

let
  inherit (pkgs) lib runCommand;

  # the file that was built, by what the machine that builds says of it
  kind =
    name: file: pattern:
    runCommand "kind-${name}" { nativeBuildInputs = [ pkgs.file ]; } ''
      file --brief --dereference ${packages.${name}}/bin/${file} | tee kind
      grep --extended-regexp '${pattern}' kind
      touch $out
    '';

  # what it says of itself, under emulation where this machine is another one
  says =
    name: words:
    let
      inherit (packages.${name}.stdenv) hostPlatform;
    in
    runCommand "says-${name}" { } ''
      ${hostPlatform.emulator pkgs} ${lib.getExe packages.${name}} | tee words
      grep --fixed-strings '${words}, zlib ${pkgs.zlib.version}' words
      touch $out
    '';

  # every build runs on this machine with programs of this machine, whatever it builds for
  isNative =
    built:
    let
      isForeign =
        tool: (tool.stdenv or pkgs.stdenv).hostPlatform.config != pkgs.stdenv.hostPlatform.config;
    in
    built.stdenv.buildPlatform.config == pkgs.stdenv.buildPlatform.config
    && !lib.any isForeign built.nativeBuildInputs;

  processor = pkgs.stdenv.hostPlatform.parsed.cpu.name;
in
{
  # every Nix file is formatted
  formatting = runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  native =
    assert lib.assertMsg (lib.all isNative (
      lib.attrValues packages
    )) "a package is built on, or with programs of, another platform";
    assert lib.assertMsg (lib.all isNative (
      lib.attrValues shells
    )) "a shell has programs of another platform";
    runCommand "native" { } "touch $out";

  kind-aarch64 = kind "aarch64" "platform" "ELF 64-bit LSB .*ARM aarch64";
  kind-riscv64 = kind "riscv64" "platform" "ELF 64-bit LSB .*RISC-V";
  kind-windows = kind "windows" "platform.exe" "PE32[+] executable .*x86-64";
  kind-static = kind "static" "platform" "static(ally|-pie) linked";

  says-default = says "default" "${processor}-linux";
  says-static = says "static" "${processor}-linux";
  says-aarch64 = says "aarch64" "aarch64-linux";
  says-riscv64 = says "riscv64" "riscv-linux";
}

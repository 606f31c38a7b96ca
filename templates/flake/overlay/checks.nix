# What `nix flake check` builds. `source` is this folder, `pkgs` the package set with the overlay, `plain` the one without.
{
  pkgs,
  plain,
  source,
}:

let
  inherit (pkgs) lib runCommand;

  # a package below the overlay, replaced by an overlay above it
  later = pkgs.extend (
    final: _prev: {
      hello = final.writeShellScriptBin "hello" "echo replaced";
    }
  );

  pythons = {
    inherit (pkgs) python3 python314;
  };
in
{
  # every Nix file is formatted
  formatting = runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # the package that is added
  added = runCommand "overlay-added" { nativeBuildInputs = [ pkgs.greet ]; } ''
    diff <(greet Ada) <(echo 'Hello, Ada!')
    touch $out
  '';

  # the package that is changed
  changed = runCommand "overlay-changed" { nativeBuildInputs = [ pkgs.hello ]; } ''
    diff <(good-day) <(hello)
    touch $out
  '';

  # what a later overlay replaces reaches the packages of this one
  composes = runCommand "overlay-composes" { nativeBuildInputs = [ later.greet ]; } ''
    diff <(greet Ada) <(echo replaced)
    touch $out
  '';

  # what the overlay does not name stays as it is, and need not be built
  leaves =
    assert lib.assertMsg (pkgs.jq.drvPath == plain.jq.drvPath) "the overlay changes jq";
    assert lib.assertMsg (
      pkgs.hello.drvPath != plain.hello.drvPath
    ) "the overlay does not change hello";
    runCommand "overlay-leaves" { } "touch $out";
}
# the module, for several Pythons
// lib.mapAttrs' (
  name: python:
  lib.nameValuePair "greeting-${name}" (
    runCommand "greeting-${name}"
      {
        nativeBuildInputs = [ (python.withPackages (packages: [ packages.greeting ])) ];
      }
      ''
        diff <(python3 -c 'import greeting; print(greeting.greeting("Ada"))') <(echo 'Hello, Ada!')
        touch $out
      ''
  )
) pythons

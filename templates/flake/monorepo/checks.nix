# What `nix flake check` builds. `source` is this folder, `packages` those of this repository, `plain` the package set without.
{
  pkgs,
  plain,
  packages,
  source,
}:

let
  inherit (pkgs) lib runCommand;

  # the tests that each package has, as <name>-<test>
  tests = lib.concatMapAttrs (
    name: package:
    lib.mapAttrs' (test: lib.nameValuePair "${name}-${test}") (
      lib.filterAttrs (_: lib.isDerivation) (package.tests or { })
    )
  ) packages;

  # a package of this repository, replaced by an overlay above its own
  later = pkgs.extend (
    final: _prev: {
      greet = final.writeShellScriptBin "greet" "echo replaced";
    }
  );

  untested = lib.attrNames (lib.filterAttrs (_: package: !package ? tests) packages);
  hidden = lib.filter (name: plain ? ${name}) (lib.attrNames packages);
in
packages
// tests
// {
  # every Nix file is formatted
  formatting = runCommand "formatting" { nativeBuildInputs = [ pkgs.nixfmt-rs ]; } ''
    find ${source} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  # every package has a test, and none takes the name of one of nixpkgs
  names =
    assert lib.assertMsg (untested == [ ]) "without a test: ${toString untested}";
    assert lib.assertMsg (hidden == [ ]) "hides a package of nixpkgs: ${toString hidden}";
    runCommand "names" { } "touch $out";

  # packages take each other from the package set, so an overlay reaches all of them
  composes = runCommand "composes" { nativeBuildInputs = [ later.greet-all ]; } ''
    diff <(echo Ada | greet-all) <(echo replaced)
    touch $out
  '';
}

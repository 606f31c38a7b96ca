/**
  What the checks of the NixOS modules share: the modules, their cases, and systems to evaluate them in.

  # Inputs

  `nixpkgs`: path of a tree with NixOS. `pkgs`: a package set of it for Linux.

  # Output

  `names`: the modules, one for each file. `cases.<name>`: what checks/data/modules/<name> says of it, with every field there.
  `minimal modules`: the configuration of a machine that has next to nothing, with these modules.
  `found name config seconds`: attribute set, name of a file in `expected` → what the configurations of the example and of the second
  example have for it.
  `expected name`: the same, of the files.
*/
{ nixpkgs, pkgs }:

let
  inherit (pkgs) lib;

  readFolder = import ../../lib/readFolder.nix;
  data = ../data/modules;

  # store paths by the name of their package
  inherit (import ./text.nix { inherit lib; }) withoutStorePaths;

  fileOf = name: lib.replaceStrings [ "/" ] [ "," ] name;

  defaults = {
    example = { };
    units = [ ];
    scripts = [ ];
    etc = [ ];
    values = null;
  };
  moreDefaults = {
    # the same fields once more, for what the first example leaves out
    second = null;
    refused = { };
    mistyped = { };
    # option below `nixsmith` that the module has; another one for desktops
    tree = null;
  };
in
rec {
  files = readFolder.files ../../modules/nixos ".nix" (file: file);
  names = builtins.attrNames files;

  cases = lib.genAttrs names (
    name:
    let
      folder = data + "/${name}";
    in
    if builtins.pathExists folder then
      let
        given = defaults // moreDefaults // { tree = [ name ]; } // import folder;
      in
      given // { second = if given.second == null then null else defaults // given.second; }
    else
      throw "module ${name}: there are no cases in checks/data/modules/${name}"
  );

  # what a machine must say of itself; the boot module brings a loader
  machine = {
    nixpkgs.pkgs = pkgs;
    boot.loader.grub.enable = lib.mkDefault false;
    fileSystems."/" = lib.mkDefault {
      device = "none";
      fsType = "tmpfs";
    };
    system.stateVersion = lib.trivial.release;
    documentation.enable = false;
  };

  evaluated =
    modules:
    import (nixpkgs + "/nixos/lib/eval-config.nix") {
      inherit lib;
      system = null;
      modules = [ machine ] ++ modules;
    };

  minimal = modules: (evaluated modules).config;

  brokenAssertions =
    config: map (each: each.message) (builtins.filter (each: !each.assertion) config.assertions);

  # file → text of one example
  textsOf =
    name: case: config:
    let
      unit = unit: {
        name = unit;
        value = withoutStorePaths (
          config.systemd.units.${unit}.text or (throw "module ${name}: the system has no unit ${unit}")
        );
      };
      script = service: {
        name = "${service}.script";
        value = withoutStorePaths config.systemd.services.${service}.script;
      };
      etc = path: {
        name = fileOf path;
        value = withoutStorePaths (textOf path config.environment.etc.${path});
      };
      textOf =
        path: file:
        if file.text != null then
          file.text
        else
          # made from a value: a unit is a derivation, and its text stands beside
          file.source.text or config.systemd.network.units.${baseNameOf path}.text
          or (throw "module ${name}: /etc/${path} has no text of its own");
    in
    lib.listToAttrs (map unit case.units ++ map script case.scripts ++ map etc case.etc)
    // lib.optionalAttrs (case.values != null) {
      "values.json" = withoutStorePaths (builtins.toJSON (case.values config));
    };

  # of both examples; what belongs to the second says so in its name
  found =
    name: config: seconds:
    textsOf name cases.${name} config
    // lib.optionalAttrs (cases.${name}.second != null) (
      lib.mapAttrs' (file: text: lib.nameValuePair "second,${file}" text) (
        textsOf name cases.${name}.second seconds
      )
    );

  # the files that the cases of a module name
  filesOf =
    name:
    let
      ofOne =
        case:
        case.units
        ++ map (service: "${service}.script") case.scripts
        ++ map fileOf case.etc
        ++ lib.optional (case.values != null) "values.json";
    in
    ofOne cases.${name}
    ++ lib.optionals (cases.${name}.second != null) (
      map (file: "second,${file}") (ofOne cases.${name}.second)
    );

  expected =
    name:
    let
      folder = data + "/${name}/expected";
    in
    readFolder.files folder "" builtins.readFile;

  # the options of a module that lack something
  undescribed =
    evaluated: tree:
    import ./options.nix {
      inherit lib;
      options = lib.getAttrFromPath ([ "nixsmith" ] ++ tree) evaluated.options;
    };
}

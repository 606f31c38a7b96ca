# Every template of templates/flake evaluates on this system with our own nixpkgs, and has what a template must have.
#
# The outputs function of each is called as Nix calls it; the derivations of its packages, shells, checks and configurations are
# made during evaluation, so `nix flake check --no-build` already fails when a template is broken, and names it. What they build
# is for the templates' own users. A package set that is not a whole nixpkgs has no NixOS: there the text alone is judged.
#
# `each.NAME` of the result is what was found for one template.
{
  lib,
  pkgs,
  stdenv,
  nixsmith,
  runCommand,
  flake,
}:

let
  inherit (flake.inputs) nixpkgs;
  inherit (stdenv.hostPlatform) system;

  isWhole = nixpkgs.lib ? nixosSystem;

  names = builtins.attrNames flake.templates;
  folderOf = name: flake.templates.${name}.path;

  # says of which template an error is
  about = name: builtins.addErrorContext "while checking the template `${name}`";
  complain = name: text: throw "template `${name}`: ${text}";

  # relative path of every file below a folder
  filesBelow =
    folder:
    lib.concatLists (
      lib.mapAttrsToList (
        name: type:
        if type == "directory" then
          map (path: "${name}/${path}") (filesBelow (folder + "/${name}"))
        else
          [ name ]
      ) (builtins.readDir folder)
    );

  contains = word: text: builtins.replaceStrings [ word ] [ "" ] text != text;

  # what every template has, whatever it is about
  text =
    name:
    let
      folder = folderOf name;
      inherit (import (folder + "/flake.nix")) description inputs;
      files = filesBelow folder;
      readme = builtins.readFile (folder + "/README.md");
      unwanted = builtins.filter (
        path:
        builtins.elem (baseNameOf path) [
          ".gitignore"
          "flake.lock"
        ]
      ) files;
    in
    if !builtins.elem "README.md" files then
      complain name "no README.md"
    else if builtins.match "# ${name}\n.*" readme == null then
      complain name "README.md does not start with `# ${name}`"
    else if !contains "\n## What to change\n" readme then
      complain name "README.md does not say what to change"
    else if !contains "`${name}`" (builtins.readFile ../README.md) then
      complain name "the README of nixsmith does not list it"
    else if unwanted != [ ] then
      complain name "it would collide with what a project has of its own: ${builtins.head unwanted}"
    else if builtins.match "[A-Z][^\n]{15,78}[^\n.]" description == null then
      complain name "the description is not one short line that starts with a capital and has no final period"
    else if inputs.nixpkgs.url != "github:NixOS/nixpkgs/nixpkgs-unstable" then
      complain name "`inputs.nixpkgs` is ${inputs.nixpkgs.url}"
    else
      toString (builtins.length files) + " files";

  # an input that is not one of ours, by what the templates use of it
  stubs = import ./templates/stubs.nix { inherit lib; };

  # the flake of a template, as Nix would make it with our nixpkgs
  flakeOf =
    name:
    let
      folder = folderOf name;
      template = import (folder + "/flake.nix");
      inputs = builtins.mapAttrs (
        input: _:
        {
          inherit nixpkgs;
        }
        .${input} or stubs.${input} or (complain name "unknown input `${input}`")
      ) template.inputs;
    in
    lib.fix (
      self:
      template.outputs (inputs // { inherit self; })
      // {
        inherit inputs;
        outPath = "${folder}";
      }
    );

  # a word for what was evaluated; the derivation is made and nothing is built
  made =
    package:
    if lib.isDerivation package then
      builtins.unsafeDiscardStringContext package.drvPath
    else
      throw "not a derivation";
  madeAll = lib.mapAttrsToList (name: value: builtins.addErrorContext "in `${name}`" (made value));

  # output of a flake → what there is of it on this system
  outputs = {
    packages = value: madeAll (value.${system} or { });
    devShells = value: madeAll (value.${system} or { });
    checks = value: madeAll (value.${system} or { });
    formatter = value: if value ? ${system} then [ (made value.${system}) ] else [ ];
    apps = value: lib.mapAttrsToList (_: app: "${app.type} ${app.program}") (value.${system} or { });
    legacyPackages = value: [ (builtins.typeOf (value.${system} or { })) ];
    overlays =
      value: lib.mapAttrsToList (_: overlay: builtins.typeOf (pkgs.extend overlay).hello) value;
    lib = value: builtins.attrNames value;
    nixosModules = value: lib.mapAttrsToList (_: module: builtins.typeOf (import module)) value;
    homeModules = value: lib.mapAttrsToList (_: module: builtins.typeOf (import module)) value;
    nixosConfigurations =
      value:
      map (configuration: made configuration.config.system.build.toplevel) (
        builtins.filter (configuration: configuration.pkgs.stdenv.hostPlatform.system == system) (
          builtins.attrValues value
        )
      );
    homeConfigurations =
      value:
      map (configuration: made configuration.activationPackage) (
        builtins.filter (configuration: configuration.pkgs.stdenv.hostPlatform.system == system) (
          builtins.attrValues value
        )
      );
  };

  isOutput =
    name:
    !builtins.elem name [
      "inputs"
      "outPath"
    ];

  evaluated =
    name:
    let
      self = flakeOf name;
      has = output: self.${output}.${system} or { } != { };
    in
    if !has "checks" && has "packages" then
      complain name "packages for ${system}, and no check"
    else if has "checks" && !self.checks.${system} ? formatting then
      complain name "no check of the format"
    else
      lib.concatLists (
        map (
          output:
          builtins.addErrorContext "in the output `${output}`" (
            (outputs.${output} or (complain name "unknown output `${output}`")) self.${output}
          )
        ) (builtins.filter isOutput (builtins.attrNames self))
      );

  # A shell is right for another platform too: its tools are still those of this one.
  otherPlatform =
    if stdenv.hostPlatform.isx86_64 then pkgs.pkgsCross.aarch64-multiplatform else pkgs.pkgsCross.gnu64;
  # A setup hook is a text and runs anywhere; that of Node.js warns when it is asked for its stdenv.
  isForeign =
    tool:
    builtins.match ".*-hook([.]sh)?|nodejs-.*" (tool.name or "") == null
    && (tool.stdenv or stdenv).hostPlatform.config != stdenv.hostPlatform.config;
  crossShell =
    name:
    let
      shell = otherPlatform.callPackage (folderOf name + "/shell.nix") { };
      wrong = builtins.filter isForeign shell.nativeBuildInputs;
    in
    if !builtins.pathExists (folderOf name + "/shell.nix") || !stdenv.hostPlatform.isLinux then
      [ ]
    else if wrong != [ ] then
      complain name "in the shell for another platform this is no tool of the building one: ${(builtins.head wrong).name}"
    else
      [ (made shell) ];

  each = lib.genAttrs names (
    name:
    about name (
      let
        derivations = if isWhole then evaluated name ++ crossShell name else [ ];
      in
      "${name}: ${text name}"
      + (
        if isWhole then
          builtins.deepSeq derivations ", ${toString (builtins.length derivations)} outputs evaluated on ${system}"
        else
          ", not evaluated: the package set is not a whole nixpkgs"
      )
    )
  );
in
runCommand "nixsmith-templates"
  {
    found = builtins.concatStringsSep "\n" (builtins.attrValues each);
    templates = ../templates/flake;
    passthru = { inherit each; };
  }
  ''
    export HOME=$PWD
    ${nixsmith}/bin/nixsmith fmt --check "$templates"
    echo "$found" > $out
  ''

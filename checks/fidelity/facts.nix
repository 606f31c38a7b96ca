/**
  What package expressions ask for: the arguments they hand to their builder, seen before the builder adds its own.

  # Inputs

  `nixpkgs`: path of the tree. `items`: list of `{ attribute }`, a path of names into nixpkgs, or `{ file; python; }`, an expression
  to call with callPackage, of the Python set if `python`.

  # Output

  For each item null where it does not evaluate, or `{ kind, native, pname, version, urls, hashes, fields }`; every field is a sorted list of names.
*/
{ nixpkgs, items }:

let
  pkgs = import nixpkgs {
    config = {
      allowUnfree = true;
      allowAliases = false;
    };
    overlays = [ ];
  };
  inherit (pkgs) lib;

  # the builder's place is taken by a function that returns what it was given
  capture =
    kind: given:
    let
      arguments =
        if lib.isFunction given then lib.fix (final: given (final // { finalPackage = final; })) else given;
    in
    {
      captured = arguments;
      inherit kind;
    };

  pythonBuilders = {
    buildPythonPackage = capture "python";
    buildPythonApplication = capture "python";
  };
  python = pkgs.python3 // {
    pkgs = pkgs.python3Packages // pythonBuilders;
  };

  substitutes = {
    rustPlatform = pkgs.rustPlatform // {
      buildRustPackage = capture "rust";
    };
    python3 = python;
    python3Packages = python.pkgs;
  }
  // pythonBuilders;

  instrument =
    package: package.override (builtins.intersectAttrs (lib.functionArgs package.override) substitutes);

  package =
    item:
    if item ? attribute then
      lib.getAttrFromPath item.attribute pkgs
    else if item.python then
      pkgs.python3Packages.callPackage item.file { }
    else
      pkgs.callPackage item.file { };

  inputName =
    input:
    if builtins.isPath input || builtins.isString input then
      baseNameOf (toString input)
    else
      lib.getName input;

  names =
    list:
    lib.sort lib.lessThan (
      lib.unique (map inputName (lib.filter (each: each != null) (lib.flatten list)))
    );

  # SPDX deprecates the bare identifiers of the GNU licences for `-only` ones of the same meaning
  licenseName =
    license:
    let
      name = license.spdxId or license.shortName or license;
    in
    if builtins.match "(A|L)?GPL-[0-9.]+" name != null then "${name}-only" else name;

  # an SPDX expression of a nixpkgs licence value, whatever its form, is the set of the licences in it
  licenses =
    value: lib.sort lib.lessThan (lib.unique (map licenseName (lib.flatten (value.licenses or value))));

  facts =
    item:
    let
      found = instrument (package item);
      arguments = found.captured;
      meta = arguments.meta or { };
      # the Python builder treats both lists alike, and packages put hooks and modules into either
      native = lib.filter (each: each != null) (
        lib.flatten [
          (arguments.nativeBuildInputs or [ ])
          (arguments.build-system or [ ])
        ]
      );
      isModule = input: found.kind == "python" && input ? pythonModule;
      source = arguments.src or { };
    in
    {
      inherit (found) kind;
      # inputs that are no Python modules: libraries in the usual sense
      native = lib.any (input: input != null && !(input ? pythonModule)) (
        lib.flatten (arguments.buildInputs or [ ])
      );
      pname = arguments.pname or null;
      version = arguments.version or null;
      urls = map toString (source.urls or (lib.optional (source ? url) source.url));
      hashes = {
        source = source.outputHash or null;
        vendor = arguments.cargoHash or null;
      };
      fields = {
        buildInputs = names (arguments.buildInputs or [ ]);
        nativeBuildInputs = names (lib.filter (input: !isModule input) native);
        buildSystem = names (lib.filter isModule native);
        dependencies = names (arguments.dependencies or arguments.propagatedBuildInputs or [ ]);
        license = licenses (meta.license or [ ]);
        mainProgram = lib.optional (meta ? mainProgram) meta.mainProgram;
      };
    };

  try =
    item:
    let
      value = facts item;
      result = builtins.tryEval (builtins.deepSeq value value);
    in
    if result.success then result.value else null;
in
map try items

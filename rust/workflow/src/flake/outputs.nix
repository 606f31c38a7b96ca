# What a flake has, and what each of it is.
{
  # a flake reference
  reference,
  # the systems to look at, or null for all
  systems,
  # null: the list of outputs; else the outputs to look at, each a list of names
  items,
  # whether derivations are instantiated
  deep,
  # whether an error ends the evaluation, so that Nix says which it is; else null stands for the output
  strict,
}:
let
  inherit (builtins.getFlake reference) outputs;

  bySystem = {
    apps = "app";
    checks = "derivation";
    devShells = "derivation";
    packages = "derivation";
  };
  byName = {
    darwinConfigurations = "darwin";
    darwinModules = "module";
    homeConfigurations = "home";
    homeManagerModules = "module";
    homeModules = "module";
    nixosConfigurations = "nixos";
    nixosModules = "module";
    overlays = "overlay";
    templates = "template";
  };

  # the names in what may be no set, or throw
  namesOf =
    value:
    let
      tried = builtins.tryEval (if builtins.isAttrs value then builtins.attrNames value else [ ]);
    in
    if tried.success then tried.value else [ ];

  isWanted = system: systems == null || builtins.elem system systems;

  entry = path: kind: system: { inherit path kind system; };

  list = builtins.concatMap (
    output:
    let
      value = outputs.${output};
    in
    if output == "formatter" then
      map (
        system:
        entry [
          output
          system
        ] "derivation" system
      ) (namesOf value)
    else if bySystem ? ${output} then
      builtins.concatMap (
        system:
        map (
          name:
          entry [
            output
            system
            name
          ] bySystem.${output} system
        ) (if isWanted system then namesOf value.${system} else [ ])
      ) (namesOf value)
    else if byName ? ${output} then
      map (
        name:
        entry [
          output
          name
        ] byName.${output} null
      ) (namesOf value)
    else
      [ (entry [ output ] "other" null) ]
  ) (builtins.attrNames outputs);

  # name → path of each output
  outputsOf =
    value:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = value.${name}.outPath;
      }) (value.outputs or [ "out" ])
    );

  derivation =
    value:
    if (value.type or null) != "derivation" then
      throw "it is no derivation"
    else
      {
        inherit (value) name;
        description = value.meta.description or null;
      }
      // (
        if deep then
          {
            derivation = value.drvPath;
            outputs = outputsOf value;
          }
        else
          { }
      );

  # the derivation that a configuration is
  configuration = name: value: if deep then derivation value else { inherit name; };

  looks = {
    inherit derivation;
    app =
      value:
      if (value.type or null) != "app" || !builtins.isString (value.program or null) then
        throw "it is no app: `type` must be \"app\", and `program` a path in the store"
      else
        {
          name = value.program;
          description = value.meta.description or null;
        };
    module =
      value:
      if
        builtins.isFunction value
        || builtins.isAttrs value
        || builtins.isPath value
        || builtins.isString value
      then
        { }
      else
        throw "it is no module: neither a function, nor a set, nor a path";
    overlay = value: if builtins.isFunction value then { } else throw "it is no function";
    template =
      value:
      if !builtins.pathExists (value.path + "/.") then
        throw "its `path` is no folder"
      else
        { description = value.description or (throw "it has no `description`"); };
    nixos = value: configuration "NixOS configuration" value.config.system.build.toplevel;
    darwin = value: configuration "nix-darwin configuration" value.config.system.build.toplevel;
    home = value: configuration "home-manager configuration" value.activationPackage;
    other = _: { };
  };

  look =
    { path, kind }:
    let
      value = builtins.foldl' (value: name: value.${name}) outputs path;
      found = looks.${kind} value;
      tried = builtins.tryEval (builtins.deepSeq found found);
    in
    if strict then
      builtins.deepSeq found found
    else if tried.success then
      tried.value
    else
      null;
in
if items == null then list else map look items

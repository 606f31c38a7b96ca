# The derivations of attributes of nixpkgs, one entry for each that was asked for: { derivation; outputs = { NAME = PATH; }; },
# or null for one that throws or is no derivation. Evaluated with the settings of `rebuilds/outputs.nix`, so that they are the same.
{
  # the folder of nixpkgs, a path
  root,
  system,
  allowUnfree,
  allowBroken,
  # the attribute paths, each a list of names
  items,
}:
let
  packages = import root {
    inherit system;
    overlays = [ ];
    config = {
      inherit allowUnfree allowBroken;
      allowAliases = false;
      allowInsecurePredicate = _: true;
      inHydra = true;
    };
  };

  # what there is of one
  facts =
    path:
    let
      value = builtins.foldl' (value: name: value.${name}) packages path;
    in
    {
      derivation = value.drvPath;
      outputs = builtins.listToAttrs (
        map (name: {
          inherit name;
          value = value.${name}.outPath;
        }) (value.outputs or [ "out" ])
      );
    };

  caught =
    value:
    let
      tried = builtins.tryEval (builtins.deepSeq value value);
    in
    if tried.success then tried.value else null;
in
map (path: caught (facts path)) items

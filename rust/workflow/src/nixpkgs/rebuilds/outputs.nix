# What attributes of nixpkgs are, one after the other, told while it evaluates: each line `trace: nixsmith JSON` is the answer to one item,
#
#   { item; kind = "missing"; }                     there is no such attribute
#   { item; kind = "value"; }                       it is something else than the kinds below
#   { item; kind = "derivation"; drv; output; }     it is one, with its file and the path of its output
#   { item; kind = "members"; names; }              some names of a package set; more may follow
#   { item; kind = "set"; }                         the end of a package set that is to be looked into
#   { item; kind = "failing"; reason; }             it throws; `reason` is what its meta says, or null
#
# so that an error which cannot be caught costs only the item that it meets, and what was told before it stays.
{
  # the folder of nixpkgs, a path
  root,
  # what to build for and on
  system,
  # whether packages with an unfree license, and those marked broken, evaluate
  allowUnfree,
  allowBroken,
  # the number of the first item
  first,
  # the attribute paths, each a list of names; the empty path is nixpkgs itself
  items,
}:
let
  packages = import root {
    inherit system;
    overlays = [ ];
    # as nixpkgs' own evaluation does
    config = {
      inherit allowUnfree allowBroken;
      allowAliases = false;
      allowInsecurePredicate = _: true;
      inHydra = true;
    };
  };

  plain = builtins.unsafeDiscardStringContext;

  missing = {
    nixsmithMissing = true;
  };

  find =
    path:
    builtins.foldl' (
      value: name: if builtins.isAttrs value && value ? ${name} then value.${name} else missing
    ) packages path;

  # an answer without names
  look =
    path:
    let
      value = find path;
    in
    if !builtins.isAttrs value then
      { kind = "value"; }
    else if value ? nixsmithMissing then
      { kind = "missing"; }
    else if value.type or null == "derivation" then
      {
        kind = "derivation";
        drv = plain value.drvPath;
        output = plain value.outPath;
      }
    else if path == [ ] || value.recurseForDerivations or false == true then
      { kind = "set"; }
    else
      { kind = "value"; };

  caught =
    default: value:
    let
      result = builtins.tryEval (builtins.deepSeq value value);
    in
    if result.success then result.value else default;

  reason =
    path:
    let
      flag = name: caught false ((find path).meta.${name} or false) == true;
    in
    if flag "broken" then
      "marked broken"
    else if flag "unsupported" then
      "not supported on ${system}"
    else if flag "insecure" then
      "marked insecure"
    else if flag "unfree" then
      "unfree"
    else
      null;

  # names in pieces that fit into one line each
  pieces =
    names:
    let
      size = 500;
      length = builtins.length names;
    in
    builtins.genList (
      piece:
      builtins.genList (at: builtins.elemAt names (piece * size + at)) (
        if (piece + 1) * size <= length then size else length - piece * size
      )
    ) ((length + size - 1) / size);

  answers =
    path:
    let
      answer = caught null (look path);
    in
    if answer == null then
      [
        {
          kind = "failing";
          reason = reason path;
        }
      ]
    else if answer.kind == "set" then
      map (names: {
        kind = "members";
        inherit names;
      }) (pieces (builtins.attrNames (find path)))
      ++ [ answer ]
    else
      [ answer ];

  tell =
    item: answer: builtins.trace "nixsmith ${builtins.toJSON (answer // { inherit item; })}" null;

  step =
    item: path:
    let
      told = builtins.foldl' (_: answer: tell item answer) null (answers path);
    in
    builtins.seq told (item + 1);
in
builtins.foldl' step first items

# What nixpkgs' top-level attributes are. The answer is { NAME = { kind; … }; }, one entry for each attribute that was asked for:
#
#   kind = "missing"   there is no such attribute
#   kind = "failing"   it does not evaluate; never for those of pkgs/by-name, whose failure fails the whole
#   kind = "value"     it is no attribute set; with `position`
#   kind = "set"       it is one; with `position`, `derivation`, `strictDeps`, `structuredAttrs`, `called`
{
  # the folder of nixpkgs, a path
  root,
  # the attributes that pkgs/by-name defines
  byName,
  # the attributes to look at; null: all
  wanted,
}:
let
  mark = "nixsmithCalled";

  # Results of the top-level scope's callPackage carry a mark; those of other scopes' do not.
  marking = _: previous: {
    callPackage =
      function: arguments:
      let
        result = previous.callPackage function arguments;
      in
      if builtins.isAttrs result then result // { ${mark} = true; } else result;
  };

  # as nixpkgs' own check does: one system, nothing of the user's
  packages = import root {
    config = { };
    overlays = [ marking ];
    system = "x86_64-linux";
  };

  # Only what the derivation itself was made with counts, not what `passthru` or `//` put on top.
  bare =
    value:
    if value ? overrideAttrs then
      value.overrideAttrs (
        _: previous: {
          passthru = builtins.removeAttrs (previous.passthru or { }) [
            "strictDeps"
            "__structuredAttrs"
          ];
        }
      )
    else
      value;

  describe =
    name: value:
    let
      position = builtins.unsafeGetAttrPos name packages;
      itself = bare value;
    in
    if builtins.isAttrs value then
      {
        kind = "set";
        inherit position;
        derivation = packages.lib.isDerivation value;
        strictDeps = itself.strictDeps or false;
        structuredAttrs = itself.__structuredAttrs or false;
        called = value.${mark} or false;
      }
    else
      {
        kind = "value";
        inherit position;
      };

  # a failure of these is a failure of all
  inByName = builtins.listToAttrs (
    map (name: {
      inherit name;
      value = true;
    }) byName
  );

  look =
    name:
    if !(packages ? ${name}) then
      { kind = "missing"; }
    else if inByName ? ${name} then
      describe name packages.${name}
    else
      let
        described = describe name packages.${name};
        tried = builtins.tryEval (builtins.deepSeq described described);
      in
      if tried.success then tried.value else { kind = "failing"; };

  names = if wanted == null then builtins.attrNames packages ++ byName else wanted;
in
builtins.listToAttrs (
  map (name: {
    inherit name;
    value = look name;
  }) names
)

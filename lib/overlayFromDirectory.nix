/**
  Overlay of the packages that lie in a folder, each called with `callPackage`.

  # Inputs

  `directory`: the folder. A package is `<shard>/<name>/package.nix` (as in nixpkgs' `pkgs/by-name`), `<name>/package.nix` or
  `<name>.nix`; the three may be mixed. `default.nix` and other files are passed over.

  `pins`: attribute set, name of a package → its place in the folder (such as `"he/hello"`), or `null` for what the package set has.
  Needed where a name lies in the folder twice, or is in the package set already: a pin says that it is meant.

  `arguments`: attribute set, name of a package → what `callPackage` gets besides the package set.

  # Output

  An overlay. Two places with one name, a pin or arguments for a name that does not exist: an error of the whole overlay. A name
  that the package set has and that no pin names: an error of that attribute.

  # Example

  overlayFromDirectory { directory = ./pkgs; pins.hello = "he/hello"; }
  =>  final: prev: { hello = «derivation»; greeter = «derivation»; }
*/
{
  directory,
  pins ? { },
  arguments ? { },
}:

let
  readFolder = import ./readFolder.nix;

  isPackage = folder: builtins.pathExists (folder + "/package.nix");

  # the packages that a folder's own folders are; `prefix` is where it lies
  foldersOf =
    prefix: folder:
    builtins.concatMap (
      name:
      let
        path = folder + "/${name}";
      in
      if isPackage path then
        [
          {
            inherit name;
            place = "${prefix}${name}";
            file = path + "/package.nix";
          }
        ]
      else if prefix == "" then
        foldersOf "${name}/" path
      else
        [ ]
    ) (builtins.attrNames (readFolder.folders folder (path: path)));

  files = removeAttrs (readFolder.files directory ".nix" (file: file)) [ "default" ];

  found =
    foldersOf "" directory
    ++ map (name: {
      inherit name;
      place = "${name}.nix";
      file = files.${name};
    }) (builtins.attrNames files);

  byName = builtins.groupBy (package: package.name) found;

  shown = place: toString (directory + "/${place}");

  # the one place of a name, where there is one or a pin says which
  placeOf =
    name: packages:
    let
      places = map (package: package.place) packages;
      pinned = builtins.filter (package: package.place == pins.${name}) packages;
    in
    if pins ? ${name} && pins.${name} != null then
      if pinned == [ ] then
        throw "overlayFromDirectory: `pins.${name}` is `${pins.${name}}`, but `${name}` lies at ${builtins.concatStringsSep " and " places} in ${toString directory}"
      else
        builtins.head pinned
    else if builtins.length packages > 1 && !(pins ? ${name}) then
      throw "overlayFromDirectory: `${name}` lies at ${builtins.concatStringsSep " and at " (map shown places)}; say which one is meant: pins.${name} = \"${builtins.head places}\";"
    else
      builtins.head packages;

  places = builtins.mapAttrs placeOf byName;

  unknown = builtins.filter (name: !(byName ? ${name})) (
    builtins.attrNames pins ++ builtins.attrNames arguments
  );

  # every error of the folder itself, before any package is looked at
  checked =
    if !builtins.pathExists directory then
      throw "overlayFromDirectory: there is no folder ${toString directory}"
    else if unknown != [ ] then
      throw "overlayFromDirectory: `pins` or `arguments` name `${builtins.head unknown}`, which is no package of ${toString directory}"
    else
      builtins.deepSeq (map (name: places.${name}.place) (builtins.attrNames places)) places;
in
final: prev:
builtins.mapAttrs (
  name: package:
  if prev ? ${name} && !(pins ? ${name}) then
    throw "overlayFromDirectory: ${shown package.place} would replace `${name}` of the package set; if that is meant: pins.${name} = \"${package.place}\"; if not: pins.${name} = null;"
  else if pins ? ${name} && pins.${name} == null then
    prev.${name}
      or (throw "overlayFromDirectory: `pins.${name}` is null, but the package set has no `${name}`")
  else
    final.callPackage package.file (arguments.${name} or { })
) checked

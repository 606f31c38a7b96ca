/**
  Every package of a folder in the layout of nixpkgs' `pkgs/by-name`: `<shard>/<name>/package.nix`, where the shard is the first
  two letters of the name in lower case. A folder that breaks this is an error that names it.

  # Output

  `byName folder`: attribute set, name → file.

  # Example

  byName ./packages  =>  { greet = ./packages/gr/greet/package.nix; }
*/
{ lib }:

root:

let
  foldersOf =
    folder: lib.attrNames (lib.filterAttrs (_: type: type == "directory") (builtins.readDir folder));

  packagesOf =
    shard:
    map (
      name:
      let
        folder = root + "/${shard}/${name}";
        file = folder + "/package.nix";
      in
      if lib.toLower (lib.substring 0 2 name) != shard then
        throw "${toString folder}: `${name}` belongs in `${lib.toLower (lib.substring 0 2 name)}`"
      else if !builtins.pathExists file then
        throw "${toString folder}: there is no package.nix"
      else
        lib.nameValuePair name file
    ) (foldersOf (root + "/${shard}"));
in
lib.listToAttrs (lib.concatMap packagesOf (foldersOf root))

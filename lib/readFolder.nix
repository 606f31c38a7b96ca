/**
  Attribute sets made of what lies in a folder, so that no list has to name it a second time.

  # Output

  `files folder suffix make`: attribute `<name>` is `make <path>` for every regular file `<name><suffix>` of `folder`.
  `folders folder make`: attribute `<name>` is `make <path>` for every folder `<name>` in `folder`.
  A folder that is not there has nothing in it.

  # Example

  files ./lib ".nix" import  =>  { readFolder = { files = «lambda»; … }; … }
*/
let
  # entries of the folder with the given type, name → path
  entries =
    folder: type:
    let
      types = if builtins.pathExists folder then builtins.readDir folder else { };
    in
    builtins.filter (name: types.${name} == type) (builtins.attrNames types);

  endsWith =
    suffix: name:
    let
      length = builtins.stringLength name;
      wanted = builtins.stringLength suffix;
    in
    length > wanted && builtins.substring (length - wanted) wanted name == suffix;

  withoutSuffix =
    suffix: name: builtins.substring 0 (builtins.stringLength name - builtins.stringLength suffix) name;
in
{
  files =
    folder: suffix: make:
    builtins.listToAttrs (
      map (name: {
        name = withoutSuffix suffix name;
        value = make (folder + "/${name}");
      }) (builtins.filter (endsWith suffix) (entries folder "regular"))
    );

  folders =
    folder: make:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = make (folder + "/${name}");
      }) (entries folder "directory")
    );
}

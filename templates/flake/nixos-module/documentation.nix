# The module's options as CommonMark. An option without a description fails.
{
  lib,
  pkgs,
  nixosOptionsDoc,
}:

let
  evaluated = lib.evalModules {
    modules = [
      ./module.nix
      {
        # the options alone: what the module configures needs the rest of NixOS
        _module.check = false;
        _module.args = { inherit pkgs; };
      }
    ];
  };

  folder = toString ./. + "/";
in
(nixosOptionsDoc {
  options = { inherit (evaluated.options) services; };
  # a declaration is named by its place in this folder, not by its store path
  transformOptions =
    option:
    option
    // {
      declarations = map (file: { name = lib.removePrefix folder (toString file); }) option.declarations;
    };
}).optionsCommonMark

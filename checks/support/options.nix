/**
  Options that lack what a reader of the manual needs.

  # Inputs

  `options`: attribute set of options.

  # Output

  List of `{ name; missing; }`: options without a description or a type, or without an example where the type is not a Boolean one.
  What has options of its own shows them instead of an example.
*/
{ lib, options }:

let
  all = lib.optionAttrSetToDocList options;
  isParent = option: lib.any (other: lib.hasPrefix "${option.name}." other.name) all;

  missing =
    option:
    lib.optional (option.description or null == null || option.description == "") "description"
    ++ lib.optional (option.type == "unspecified value") "type"
    ++ lib.optional (option.type != "boolean" && !option ? example && !isParent option) "example";
in
lib.filter (each: each.missing != [ ]) (
  map (option: {
    inherit (option) name;
    missing = missing option;
  }) (lib.filter (option: option.visible && !option.internal) all)
)

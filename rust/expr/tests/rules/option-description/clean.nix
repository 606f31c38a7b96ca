{ lib, ... }:
{
  options.a = lib.mkOption { type = lib.types.int; description = "A."; };
  options.b = lib.mkOption { type = lib.types.int; internal = true; };
  options.c = lib.mkOption { type = lib.types.int; visible = "shallow"; };
  # more options for a submodule that is declared elsewhere
  options.d = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { }); };
}

{ lib, ... }:
{
  options.a = lib.mkOption { type = lib.types.int; };
  options.b = lib.mkOption {
    type = lib.types.str;
    default = "";
    example = "b";
  };
}

{ lib, other, type, name, ... }:
{
  options.a = lib.mkOption { inherit type; description = "A."; };
  options.b = lib.mkOption { internal = true; };
  options.c = lib.mkOption { visible = false; };
  options.d = lib.mkOption ({ description = "D."; } // other);
  options.e = lib.mkOption { ${name} = 1; description = "E."; };
  options.f = lib.mkEnableOption "f" // lib.mkOption { default = true; description = "F."; };
  # declared elsewhere
  options.g = lib.mkOption { apply = x: x; };
}

{ lib, more, mkMerge, ... }:
{
  a = lib.mkMerge [ { x = 1; } { y = 2; } ];
  b = lib.mkMerge more;
  c = lib.mkMerge ([ { x = 1; } ] ++ more);
  d = mkMerge [ 1 ];
}

{ lib, ... }:
with lib;
{
  a = mkIf true [ 1 ];
}

{ lib, config, ... }:
{
  config = lib.mkMerge [
    {
      # kept
      a = 1;
    }
  ];
  b = lib.mkMerge [ ];
  c = lib.mkMerge [ (lib.mkIf config.x { d = 1; }) ];
}

args@{ ... }:
{
  a = { a, ... }@all: all;
  b = { }@all: all;
  imports = [ (all@{ ... }: all) ];
}

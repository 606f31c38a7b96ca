{
  pkgs,
  ...
}@args:
1

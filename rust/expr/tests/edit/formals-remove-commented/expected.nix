{
  lib,
  new # still
}:
new lib

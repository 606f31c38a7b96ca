{
  lib,
  # needed once
  old, # not any more
  new # still
}:
new lib

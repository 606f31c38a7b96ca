{
  lib, # always
  # needed once
  old # not any more
}:
lib

{
  lib # always
}:
lib

{
  # from x
  # only this
  a = 2; # done
  b = 1;
}

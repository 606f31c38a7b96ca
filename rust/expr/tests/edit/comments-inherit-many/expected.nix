{
  inherit (x)
    # first
    a
    # second
    c
    ;
  b = 2;
}

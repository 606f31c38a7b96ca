{
  inherit (x)
    # first
    a
    b # second
    c
    ;
}

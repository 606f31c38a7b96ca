{
  inherit (x)
    # first
    a
    c
    ;
}

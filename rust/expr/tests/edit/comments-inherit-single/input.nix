{
  inherit (x) # from x
    a # only this
    ; # done
  b = 1;
}

{
  a = [ ]; # kept
}

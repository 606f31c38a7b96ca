{
  a = [
    # one
    1
  ]; # kept
}
